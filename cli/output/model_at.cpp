#include "evenfold/cli/output/model_at.hpp"

#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/output/resolve_sequence.hpp"

namespace evenfold::cli {

std::expected<ReplayedModel, ExitCode> model_at(journal::Journal& journal, std::optional<Sequence> at) {
    const auto until = resolve_sequence(journal, at);
    if (!until) return std::unexpected(until.error());
    auto replayed = kernel::replay<Domain>(journal, {}, *until);
    if (!replayed) return std::unexpected(report_error(replayed.error()));
    return std::move(*replayed);
}

} // namespace evenfold::cli
