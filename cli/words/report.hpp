/// How the program speaks to a person: errors that name the input, the place and the remedy; text safe for a terminal.
/// Shapes: messages on standard error, results on standard output.
#pragma once

#include <string>
#include <string_view>

#include "evenfold/cli/options.hpp"
#include "evenfold/system/failure.hpp"

namespace evenfold::cli {

/// Writes `evenfold: what`, and below it the remedy when there is one; answers `exit`.
Exit complain(std::string_view what, std::string_view remedy = {}, Exit exit = Exit::refused);

/// Writes the failure and its remedy; returns the exit code of its kind.
Exit complain(const system::Failure& failure);

/// Writes `more` on a line of its own below what was complained of.
void complain_more(std::string_view more);

/// Writes `text` as it is to standard error. Nothing that is written there throws.
void to_terminal(std::string_view text);

/// `text` without what a terminal would obey: control characters but line breaks and tabs are shown, not sent.
[[nodiscard]] std::string printable(std::string_view text);

/// The beginning of `text` as one printable line of at most `width` bytes, which are 3 or more.
[[nodiscard]] std::string one_line(std::string_view text, std::size_t width);

/// `n thing` or `n things`.
[[nodiscard]] std::string count_of(std::uint64_t n, std::string_view thing);

} // namespace evenfold::cli
