#include "evenfold/cli/output/resolve_sequence.hpp"

#include <fmt/format.h>

#include "evenfold/cli/output/report.hpp"

namespace evenfold::cli {

std::expected<Sequence, ExitCode> resolve_sequence(journal::Journal& journal, std::optional<Sequence> at) {
    const auto head = journal.head();
    if (!head) return std::unexpected(report_error(head.error()));
    if (at && *at > *head) {
        return std::unexpected(report_error(fmt::format("--at {} is beyond the end of the log, event {}", *at, *head),
                                            fmt::format("choose an event from 0 to {}", *head)));
    }
    return at.value_or(*head);
}

} // namespace evenfold::cli
