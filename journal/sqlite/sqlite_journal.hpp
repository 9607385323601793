/// A journal in one SQLite file, for one machine: any number of processes read, writers take turns, waiters are woken.
/// Shapes: the file format is told in docs/journal-sqlite.md; beside the file lie `-wal`, `-shm` and `-lock`.
/// Errors: Failure with the file, the place and a remedy. Not for network file systems.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>

#include "evenfold/journal/journal.hpp"

namespace evenfold::journal {

/// What the opener may do: only read; also append; also make the journal when there is none.
enum class Access : std::uint8_t { read_only, read_write, create };

/// The journal at `path`. Durability::power: an append is answered after its fsync; settings that promise less are
/// refused here (FailureKind::weaker), as are other applications' files and later formats. An append waits for other
/// writers at most `lock_wait`, then fails as busy. A process that forks must not use the journal in the child.
[[nodiscard]] std::expected<std::unique_ptr<Journal>, Failure>
open_sqlite_journal(const std::filesystem::path& path, Access access,
                    std::chrono::milliseconds lock_wait = std::chrono::seconds(30));

} // namespace evenfold::journal
