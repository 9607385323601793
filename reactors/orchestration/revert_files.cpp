#include "evenfold/reactors/orchestration/revert_files.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "evenfold/core/commands/orchestration.hpp"
#include "evenfold/reactors/orchestration/workspace.hpp"

namespace evenfold::orchestration {
namespace {

/// Returns the first of the paths, and the number of the others, so that the reason of an event holds them uncut.
std::string listed(const std::vector<std::string>& paths) {
    constexpr std::size_t bytes_max = 1000;
    std::size_t count = 0;
    for (std::size_t bytes = 0; count < paths.size() && (bytes += paths[count].size() + 2) <= bytes_max;) ++count;
    const auto end = paths.begin() + static_cast<std::ptrdiff_t>(count);
    std::string text = fmt::format("{}", fmt::join(paths.begin(), end, ", "));
    if (end != paths.end()) text += fmt::format("{}{} more", count == 0 ? "" : " and ", paths.size() - count);
    return text;
}

/// Returns the files that are not as before the revert, in words.
std::string describe_half_way(const git::Repository& repository, const RevertFiles& files) {
    std::string text = fmt::format("The files from before the revert are in {}.", *files.rescue);
    const auto differing = git::preview_restore(repository, *files.rescue);
    if (!differing) return text;
    if (!differing->written.empty()) text += fmt::format(" Not as before: {}.", listed(differing->written));
    if (!differing->removed.empty()) text += fmt::format(" Not there before: {}.", listed(differing->removed));
    return text;
}

} // namespace

RevertFiles files_of(const Model& model, const ThreadId& thread, const CheckpointId& target, const RevertId& revert) {
    return {.folder = folder_of(model, thread),
            .target = ref_of(model, target),
            .rescue = ref_of(model, rescue_of(revert))};
}

std::expected<git::RestoreCounts, git::Failure> restore_rescue(git::Repository repository, const RevertFiles& files) {
    repository.stop = {};
    return git::restore(repository, {.ref = *files.rescue, .rescue = files.target, .unsaved = git::UnsavedFiles::keep});
}

std::string restore_rescue_or_explain(const git::Repository& repository, const RevertFiles& files) {
    const auto back = restore_rescue(repository, files);
    if (!back)
        return fmt::format("Undoing it failed, too: {}. {}", back.error().what, describe_half_way(repository, files));
    if (back->kept.empty()) return "The files are as before the revert.";
    return fmt::format("The files are as before the revert, except those that were edited since: {}.",
                       listed(back->kept));
}

} // namespace evenfold::orchestration
