#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "evenfold/cli/output/lookup.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/reacting/announce_revert.hpp"
#include "evenfold/cli/reacting/workspace_session.hpp"
#include "evenfold/reactors/git/repository.hpp"
#include "evenfold/reactors/orchestration/workspace.hpp"

namespace evenfold::cli {

using namespace orchestration;

std::expected<void, ExitCode> WorkspaceSession::check_no_open_revert(const ThreadId& thread) const {
    struct OpenRevert {
        ThreadId thread;
        std::string title;
        std::string folder;
        CheckpointId target;
    };
    const auto open = read([&](const Model& model) -> std::optional<OpenRevert> {
        std::vector<ThreadId> threads = threads_beside(model, thread);
        threads.insert(threads.begin(), thread);
        for (const ThreadId& id : threads) {
            const Thread* found = model->index.find(id);
            const Revert* revert = found && found->revert ? model->index.find(*found->revert) : nullptr;
            if (revert)
                return OpenRevert{id, std::string(found->title), folder_of(model, id).value_or(""), revert->target};
        }
        return std::nullopt;
    });
    if (!open) return {};
    if (thread_claims_.is_claimed_elsewhere(open->thread))
        return std::unexpected(report_error(
            fmt::format("another evenfold process is reverting thread '{}' of {}", open->title, open->folder),
            "wait until it ends"));
    return std::unexpected(
        report_open_revert(fmt::format("the revert of thread '{}' of {} to checkpoint {} is unfinished", open->title,
                                       open->folder, short_text(open->target))));
}

std::expected<std::optional<git::RestorePreview>, system::Failure>
WorkspaceSession::preview_revert(const ThreadId& thread, const CheckpointId& checkpoint) const {
    const auto [folder, ref] =
        read([&](const Model& model) { return std::pair(folder_of(model, thread), ref_of(model, checkpoint)); });
    if (!folder || !ref) return std::nullopt;
    auto repository = git::open(*folder, git_.excluded_file);
    if (!repository) return std::unexpected(repository.error());
    repository->file_bytes_max = git_.file_bytes_max;
    return git::preview_restore(*repository, *ref);
}

std::vector<git::CheckpointGap> WorkspaceSession::gaps_of(const CheckpointId& checkpoint) const {
    const auto [folder, ref] = read([&](const Model& model) {
        const Checkpoint* found = model->index.find(checkpoint);
        return std::pair(found ? folder_of(model, found->thread) : std::nullopt, ref_of(model, checkpoint));
    });
    if (!folder || !ref) return {};
    const auto repository = git::open(*folder, git_.excluded_file);
    if (!repository) return {};
    return git::find_gaps(*repository, *ref).value_or(std::vector<git::CheckpointGap>());
}

void WorkspaceSession::report_gaps(const CheckpointId& checkpoint, std::string_view prefix) const {
    constexpr std::size_t lines_max = 20;
    constexpr std::array<std::string_view, 6> reasons{"left out by a sparse checkout",
                                                      "a repository of its own",
                                                      "a submodule with changes of its own",
                                                      "permission denied",
                                                      "too large",
                                                      "a special file"};
    const auto gaps = gaps_of(checkpoint);
    for (std::size_t i = 0; i < std::min(gaps.size(), lines_max); ++i)
        report_detail(
            fmt::format("{}: {} ({})", prefix, gaps[i].path, reasons.at(static_cast<std::size_t>(gaps[i].kind))));
    if (gaps.size() > lines_max) report_detail(fmt::format("{}: {} more", prefix, gaps.size() - lines_max));
}

std::expected<std::vector<std::string>, ExitCode> WorkspaceSession::check_alone(const ThreadId& thread) const {
    std::vector<std::string> titles;
    const auto beside = read([&](const Model& model) { return threads_beside(model, thread); });
    for (const ThreadId& other : beside) {
        titles.push_back(read([&](const Model& model) { return std::string(model->index.find(other)->title); }));
        if (thread_claims_.is_claimed_elsewhere(other))
            return std::unexpected(report_error(
                fmt::format("thread '{}' is at work in the same directory in another evenfold process", titles.back()),
                "wait until it ends, because a revert would change its files"));
    }
    return titles;
}

} // namespace evenfold::cli
