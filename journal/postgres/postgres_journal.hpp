/// A journal in a schema of a PostgreSQL database, which processes of several machines share: any number read, and one
/// at a time writes. Waiting processes are notified of appends. Any thread may call it. An append returns after the
/// server has synced it. docs/journal-postgres.md specifies the tables, the roles and the protocol.
/// Errors: Failure with the database and a remedy; no message contains a password.
///
///     const auto journal = journal::open_postgres_journal(url, journal::Access::create, {.domain = "counter"});
///     if (!journal) return report(journal.error().what, journal.error().remedy);
///     const auto kernel = kernel::Kernel<Counter>::open(**journal, &kernel::now);
#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/journal/access.hpp"
#include "evenfold/journal/chain/source.hpp"
#include "evenfold/journal/journal.hpp"
#include "evenfold/journal/program_locks.hpp"
#include "evenfold/journal/signer.hpp"

namespace evenfold::journal {

struct PostgresOptions {
    /// The domain whose events the journal keeps, recorded when it is created. Opening a journal of another domain
    /// fails with FailureKind::other_domain. Empty: creates a journal of no domain, and opens any.
    std::string domain{}; // NOLINT(readability-redundant-member-init): so that it may be left unnamed
    /// The name of a new journal, such as journal.example/plans, which its signatures and signed heads cover. Empty:
    /// journal/ and a random UUID. Opening an existing journal ignores it.
    std::string origin{}; // NOLINT(readability-redundant-member-init): as `domain`
    /// The longest time that an append waits for other writers before it fails as busy.
    std::chrono::milliseconds lock_wait = std::chrono::seconds(30);
    /// Begins an epoch, so that the appends of all journals that were opened before fail with FailureKind::fenced.
    bool exclusive = false;
    /// The key that signs appends. A journal that is created with it is signed from its first event on; an existing one
    /// that is not signed stays unsigned until `JournalSignatures::start_signing`. To append to a signed journal it is
    /// required (FailureKind::unsigned_writer).
    std::optional<SigningOptions> signing{}; // NOLINT(readability-redundant-member-init): as `domain`
};

/// Opens the journal at `url`: `postgresql://user@host:port/database?journal=NAME`; without a name, `evenfold`. All
/// parameters of libpq may be added. Durability::power: an append returns after the server has synced it. Fails if the
/// server's settings promise less (FailureKind::weaker). A process that forks must not use the journal in the child.
[[nodiscard]] std::expected<std::unique_ptr<Journal>, Failure>
open_postgres_journal(std::string_view url, Access access, const PostgresOptions& options = {});

/// Returns the domain that the journal at `url` was created for; empty if it was created for none. Creates no journal.
/// Fails if there is no journal that can be read.
[[nodiscard]] std::expected<std::string, Failure> domain_of_postgres_journal(std::string_view url);

/// Opens the rows of the journal at `url` for a verification, also of one that open_postgres_journal refuses as
/// damaged, as far as its tables can be read. Until the source is closed, the server keeps a snapshot for it.
[[nodiscard]] std::expected<std::unique_ptr<chain::ChainSource>, Failure> open_postgres_chain(std::string_view url);

/// Opens locks that the programs beside the journal at `url` share, on whatever machines they run.
[[nodiscard]] std::expected<std::shared_ptr<ProgramLocks>, Failure> open_postgres_locks(std::string_view url);

/// Returns `url` as messages show it: user, host, port, database and journal, without a password. A text that cannot be
/// read as a URL is not shown, because any part of it may be a password.
[[nodiscard]] std::string shown_postgres_url(std::string_view url);

} // namespace evenfold::journal
