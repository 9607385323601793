/// Fills the storage of a journal, frees space and goes on.
/// Returns 0 or the number of the step that failed; for use in a forked process.
#pragma once

#include <filesystem>
#include <functional>

#include "evenfold/journal/sqlite/sqlite_journal.hpp"

namespace evenfold::journal {

/// Appends until the storage is full, frees space with `make_room` and retries the same batch. Returns 0 if the error
/// reported full storage, reading still worked, no acknowledged event is lost and the batch is stored once.
[[nodiscard]] int
fill_up(const std::filesystem::path& file, const std::function<bool()>& make_room, const SqliteOptions& options = {});

} // namespace evenfold::journal
