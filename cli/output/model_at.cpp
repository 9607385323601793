#include "evenfold/cli/output/model_at.hpp"

#include "evenfold/cli/output/checked_sequence.hpp"
#include "evenfold/cli/output/report.hpp"

namespace evenfold::cli {

std::expected<ReplayedModel, Exit> model_at(journal::Journal& journal, std::optional<Sequence> at) {
    const auto until = checked_sequence(journal, at);
    if (!until) return std::unexpected(until.error());
    auto replayed = kernel::replay<Domain>(journal, {}, *until);
    if (!replayed) return std::unexpected(report_error(replayed.error()));
    return std::move(*replayed);
}

} // namespace evenfold::cli
