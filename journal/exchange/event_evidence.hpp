/// One event with its payload, beside a proof that it is in a journal (journal/heads/event_proof.hpp).
/// Shapes: the line of the event in an export (docs/export.md), with its line break.
/// Errors: the reason for which a line is not that of the proven event.
///
///     using namespace journal::exchange;
///     const std::string line = event_line(row);
///     assert(check_event_line(line, proof.entry));
///     assert(!check_event_line(line, other_proof.entry));
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "evenfold/journal/chain/rows.hpp"

namespace evenfold::journal::exchange {

/// Returns the line of one event, with the receipt of its command if it is the first event of it.
[[nodiscard]] std::string event_line(const chain::StreamEventRow& row);

/// Checks that `line` is the event whose entry is `entry`, and that it has the payload whose hash the entry covers.
[[nodiscard]] std::expected<void, std::string> check_event_line(std::string_view line, std::string_view entry);

} // namespace evenfold::journal::exchange
