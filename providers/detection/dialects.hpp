/// Agents whose streams have the lines of Claude Code, with other meanings. Read as Claude Code, they would repeat text
/// and lose tool calls, so that they are refused by name.
/// Source: the documentation of the output formats of Cursor, Amp and Droid.
#pragma once

#include <string_view>

#include "evenfold/providers/wire/sample.hpp"

namespace evenfold::providers {

/// Returns a description of the stream that has this line, such as "a Cursor agent stream"; empty if no dialect has it.
[[nodiscard]] std::string_view dialect_of(const Sample& sample);

} // namespace evenfold::providers
