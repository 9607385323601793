/// Threads, projects and checkpoints by what a person calls them.
/// Cost: an id is one probe; a title or the beginning of an id is compared with all. Errors are sentences for a person.
#pragma once

#include <expected>
#include <string>

#include "evenfold/core/projector/orchestration.hpp"

namespace evenfold::cli {

inline constexpr std::size_t id_beginning_min = 6;

/// The thread with the id, or else the one thread with the title, `name`; an error for a person when there is
/// none, or more.
[[nodiscard]] std::expected<const orchestration::Thread*, std::string>
find_thread(const orchestration::Index& index, const std::string& name);

/// The thread called `title` in that project, or null.
[[nodiscard]] const orchestration::Thread*
thread_in(const orchestration::Index& index, const orchestration::Project& project, const std::string& title);

/// The one checkpoint with the label `name`, or else whose id begins with it; an id's beginning has id_beginning_min
/// characters at least.
[[nodiscard]] std::expected<const orchestration::Checkpoint*, std::string>
find_checkpoint(const orchestration::Index& index, const std::string& name);

/// As much of an id as tells it from others to a person.
[[nodiscard]] std::string short_text(const orchestration::CheckpointId& id);

} // namespace evenfold::cli
