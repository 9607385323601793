/// A journal in one SQLite file, for one machine: any number of processes read, writers take turns, waiters are woken.
/// Shapes: the file format is told in docs/journal-sqlite.md; beside the file lie `-wal`, `-shm` and `-lock`.
/// Errors: Failure with the file, the place and a remedy. Not for network file systems.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>

#include "evenfold/journal/journal.hpp"

namespace evenfold::journal {

/// What the opener may do: only read; also append; also make the journal when there is none.
enum class Access : std::uint8_t { read_only, read_write, create };

struct SqliteOptions {
    /// Whose events the journal keeps. It is recorded when the journal is made; one that was made for another domain is
    /// refused (FailureKind::other_domain). Empty: made for none, and any is opened.
    std::string domain{}; // NOLINT(readability-redundant-member-init): so that it may be left unnamed
    /// How long an append waits for other writers before it fails as busy.
    std::chrono::milliseconds lock_wait = std::chrono::seconds(30);
};

/// The journal at `path`. Durability::power: an append is answered after its fsync; settings that promise less are
/// refused here (FailureKind::weaker), as are other applications' files and later formats. A process that forks must
/// not use the journal in the child.
[[nodiscard]] std::expected<std::unique_ptr<Journal>, Failure>
open_sqlite_journal(const std::filesystem::path& path, Access access, const SqliteOptions& options = {});

/// Returns the domain that the journal at `path` was created for; empty if it was created for none. Creates no journal.
/// Fails if there is no journal that can be read.
[[nodiscard]] std::expected<std::string, Failure> domain_of_sqlite_journal(const std::filesystem::path& path);

} // namespace evenfold::journal
