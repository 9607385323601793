#include "evenfold/cli/words/past.hpp"

#include <fmt/format.h>

#include "evenfold/cli/words/report.hpp"

namespace evenfold::cli {

std::expected<Replayed, Exit> model_at(journal::Journal& journal, std::optional<Sequence> at) {
    const auto head = journal.head();
    if (!head) return std::unexpected(complain(head.error()));
    if (at && *at > *head) {
        return std::unexpected(complain(fmt::format("--at {} is beyond the end of the log, event {}", *at, *head),
                                        fmt::format("choose a sequence from 0 to {}", *head)));
    }
    auto replayed = kernel::replay<Domain>(journal, {}, at.value_or(*head));
    if (!replayed) return std::unexpected(complain(replayed.error()));
    return std::move(*replayed);
}

} // namespace evenfold::cli
