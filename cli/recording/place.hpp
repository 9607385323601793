/// Where a recording goes: a project and a thread by the names that a person gave, made as needed.
/// Errors: what the kernel refuses; a thread that another process is writing to, or that cannot take a turn.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "evenfold/cli/options.hpp"
#include "evenfold/cli/orchestration_kernel.hpp"
#include "evenfold/journal/journal.hpp"
#include "evenfold/reactors/orchestration/presence.hpp"

namespace evenfold::cli {

/// The thread for a recording, claimed by this process; a session and a turn that were left open in it are closed,
/// those of other threads are nobody's business here. An error is a complaint made.
[[nodiscard]] std::expected<orchestration::ThreadId, Exit> claim_thread(journal::Journal& journal, Kernel& kernel,
                                                                        const orchestration::Presence& presence,
                                                                        const PlaceOptions& options);

/// The thread of that name, if it is there.
[[nodiscard]] std::optional<orchestration::ThreadId>
thread_at(const orchestration::Index& index, const PlaceOptions& options);

/// The complaint that another process has claimed the thread of that name, in the project at `root`.
[[nodiscard]] Exit complain_of_writer(const std::string& thread, const std::string& root);

/// What a process that died has left open in the thread is over: its session and its turn. For the one who has claimed
/// the thread.
[[nodiscard]] std::expected<void, Refusal> close_what_is_dead(Kernel& kernel, const orchestration::ThreadId& id);

} // namespace evenfold::cli
