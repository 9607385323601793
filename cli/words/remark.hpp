/// What a stream told outside of a turn, as a line for a person.
/// Shape: one line, printable, cut at its end.
#pragma once

#include <string>

#include "evenfold/core/commands/orchestration/provider_event.hpp"

namespace evenfold::cli {

[[nodiscard]] std::string words_of(const orchestration::ProviderEvent& event);

} // namespace evenfold::cli
