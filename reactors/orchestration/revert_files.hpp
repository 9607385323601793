/// The files of a revert: the checkpoint that it restores, and the rescue from which it is undone.
/// Shapes: refs below refs/evenfold/. Errors: Failure.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/reactors/git/restore.hpp"

namespace evenfold::orchestration {

struct RevertFiles {
    std::optional<std::string> folder;
    std::optional<std::string> target;
    std::optional<std::string> rescue;
};

[[nodiscard]] RevertFiles
files_of(const Model& model, const ThreadId& thread, const CheckpointId& target, const RevertId& revert);

/// Restores the rescue, which must exist. Files that are neither as in the rescue nor as in the target were edited
/// since the revert began, and are kept. Ignores the repository's stop, because an undo must run to its end.
[[nodiscard]] std::expected<git::RestoreCounts, git::Failure>
restore_rescue(git::Repository repository, const RevertFiles& files);

/// Restores the rescue. Returns the state of the files in a sentence: as before the revert, or which differ.
[[nodiscard]] std::string restore_rescue_or_explain(const git::Repository& repository, const RevertFiles& files);

} // namespace evenfold::orchestration
