#include "evenfold/cli/reacting/announce_revert.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "evenfold/cli/output/lookup.hpp"
#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/reacting/confirm.hpp"

namespace evenfold::cli {

using namespace orchestration;

namespace {

/// Prints a line about these files, with the first names.
void list_files(const std::vector<std::string>& files, std::string_view change) {
    constexpr std::size_t names_max = 8;
    if (files.empty()) return;
    std::string line = fmt::format("  {} {}:", count_of(files.size(), "file"), change);
    for (std::size_t i = 0; i < std::min(files.size(), names_max); ++i) line += " " + one_line(files[i]);
    if (files.size() > names_max) line += fmt::format(" and {} more", files.size() - names_max);
    write_to_stderr(line + "\n");
}

} // namespace

std::expected<void, ExitCode>
announce_revert(const WorkspaceSession& workspace, const ThreadId& id, const CheckpointId& target, bool is_confirmed) {
    const auto beside = workspace.check_alone(id);
    if (!beside) return std::unexpected(beside.error());
    const auto preview = workspace.preview_revert(id, target);
    if (!preview) return std::unexpected(report_error(preview.error().what, preview.error().remedy));
    if (!preview->has_value()) return {};
    const auto& [written, removed, untracked] = **preview;
    const std::size_t turns = workspace.read([&](const Model& model) {
        const Checkpoint* checkpoint = model->index.find(target);
        const Thread* thread = model->index.find(id);
        if (!checkpoint || !thread) return std::size_t{0};
        return checkpoint->after_turn ? thread->turns.after(*checkpoint->after_turn).size() : thread->turns.size();
    });
    write_to_stderr(fmt::format("The revert to checkpoint {} removes {} and changes {}.\n", short_text(target),
                                count_of(turns, "turn"), count_of(written.size() + removed.size(), "file")));
    list_files(written, "to be restored");
    list_files(removed, "to be removed");
    list_files(untracked, "of these that git does not track");
    workspace.report_gaps(target, "stays as it is, because the checkpoint lacks it");
    if (!beside->empty())
        report_detail(
            fmt::format("also changes the files of: {}", one_line(fmt::format("{}", fmt::join(*beside, ", ")))));
    if (is_confirmed || !can_confirm() || confirm("Revert?")) return {};
    return std::unexpected(report_error("not confirmed: nothing was changed"));
}

ExitCode report_open_revert(std::string_view what) {
    return report_error(what,
                        "`evenfold revert --continue` finishes the revert; `evenfold revert --abort` restores the "
                        "files from before it");
}

} // namespace evenfold::cli
