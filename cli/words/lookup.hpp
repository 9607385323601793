/// Threads and projects by what a person calls them.
/// Cost: an id is one probe; a title is compared with all threads. Errors are sentences for a person.
#pragma once

#include <expected>
#include <string>

#include "evenfold/core/projector/orchestration.hpp"

namespace evenfold::cli {

/// The thread with the id, or else the one thread with the title, `name`; an error for a person when there is
/// none, or more.
[[nodiscard]] std::expected<const orchestration::Thread*, std::string>
find_thread(const orchestration::Index& index, const std::string& name);

/// The thread called `title` in that project, or null.
[[nodiscard]] const orchestration::Thread*
thread_in(const orchestration::Index& index, const orchestration::Project& project, const std::string& title);

} // namespace evenfold::cli
