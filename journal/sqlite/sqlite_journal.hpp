/// A journal in one SQLite file, which processes of one machine share: any number read, one at a time writes, and
/// waiting processes are notified of appends. Any thread may call it. An append returns after its fsync.
/// `-wal`, `-shm` and `-lock` are beside the file; docs/journal-sqlite.md specifies the format. Not for network file
/// systems. Errors: Failure with the file, the position and a remedy.
///
///     const auto journal = journal::open_sqlite_journal(file, journal::Access::create, {.domain = "counter"});
///     if (!journal) return report(journal.error().what, journal.error().remedy);
///     const auto kernel = kernel::Kernel<Counter>::open(**journal, &kernel::now);
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "evenfold/journal/access.hpp"
#include "evenfold/journal/chain/source.hpp"
#include "evenfold/journal/chain/verify.hpp"
#include "evenfold/journal/journal.hpp"
#include "evenfold/journal/signer.hpp"

namespace evenfold::journal {

struct SqliteOptions {
    /// The domain whose events the journal keeps, recorded when it is created. Opening a journal of another domain
    /// fails with FailureKind::other_domain. Empty: creates a journal of no domain, and opens any.
    std::string domain{}; // NOLINT(readability-redundant-member-init): so that it may be left unnamed
    /// The name of a new journal, such as journal.example/plans, which its signatures and signed heads cover. Empty:
    /// journal/ and a random UUID. Opening an existing journal ignores it.
    std::string origin{}; // NOLINT(readability-redundant-member-init): as `domain`
    /// The longest time that an append waits for other writers before it fails as busy.
    std::chrono::milliseconds lock_wait = std::chrono::seconds(30);
    /// Permission bits of a new journal, whatever the umask; the files beside it follow. 0600: this user only. For a
    /// shared journal, all who write it need both permissions, as in 0660.
    std::uint32_t mode = 0600;
    /// The key that signs appends. A journal that is created with it is signed from its first event on; an existing one
    /// that is not signed stays unsigned until `JournalSignatures::start_signing`. To append to a signed journal it is
    /// required (FailureKind::unsigned_writer).
    std::optional<SigningOptions> signing{}; // NOLINT(readability-redundant-member-init): as `domain`
};

/// Opens the journal at `path`. Durability::power: an append returns after its fsync. Fails if the settings promise
/// less (FailureKind::weaker), and for other applications' files and later formats. A process that forks must not use
/// the journal in the child.
[[nodiscard]] std::expected<std::unique_ptr<Journal>, Failure>
open_sqlite_journal(const std::filesystem::path& path, Access access, const SqliteOptions& options = {});

/// Returns the domain that the journal at `path` was created for; empty if it was created for none. Creates no journal.
/// Fails if there is no journal that can be read.
[[nodiscard]] std::expected<std::string, Failure> domain_of_sqlite_journal(const std::filesystem::path& path);

/// Opens the rows of the journal at `path` for a verification, also of one that open_sqlite_journal refuses as damaged.
[[nodiscard]] std::expected<std::unique_ptr<chain::ChainSource>, Failure>
open_sqlite_chain(const std::filesystem::path& path);

/// Creates the journal `into`, which must not exist: a copy of the unsigned journal `from` with an origin of its own
/// and without the payloads of the events `removed`, which readers get as `removed`. Its files have no bytes of them.
[[nodiscard]] std::expected<void, Failure> copy_without_payloads(const std::filesystem::path& from,
                                                                 const std::filesystem::path& into,
                                                                 std::span<const chain::SequenceRange> removed);

} // namespace evenfold::journal
