/// Finds threads, projects and checkpoints by the names that a user types.
/// Cost: an id is one probe; a title or the prefix of an id is compared with all. Errors are sentences for the user.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "evenfold/core/projector/orchestration.hpp"

namespace evenfold::cli {

inline constexpr std::size_t id_prefix_min = 6;

/// Returns the thread with the id `name`, or else the thread with the title `name`, or else the thread whose id begins
/// with `name`. Fails if there is none, if `name` is ambiguous, or if the prefix is shorter than id_prefix_min.
[[nodiscard]] std::expected<const orchestration::Thread*, std::string>
find_thread(const orchestration::Index& index, const std::string& name);

/// Returns the thread with the title `title` in that project, or null.
[[nodiscard]] const orchestration::Thread*
find_thread_in(const orchestration::Index& index, const orchestration::Project& project, const std::string& title);

/// Returns the checkpoint with the label `name`, or else the checkpoint whose id begins with `name`. Fails if there is
/// none, if `name` is ambiguous, or if the prefix is shorter than id_prefix_min characters. `project`, unless empty, is
/// the directory of the only project that is searched.
[[nodiscard]] std::expected<const orchestration::Checkpoint*, std::string>
find_checkpoint(const orchestration::Index& index, const std::string& name, const std::string& project = {});

/// Returns the threads with the name or id `thread` in the project at the directory `project`. An empty name selects
/// all.
[[nodiscard]] std::expected<std::vector<const orchestration::Thread*>, std::string>
select_threads(const orchestration::Index& index, const std::string& thread, const std::string& project);

/// Returns the first characters of an id, enough to distinguish it from others.
[[nodiscard]] std::string short_text(const orchestration::CheckpointId& id);

} // namespace evenfold::cli
