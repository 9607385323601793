/// `JournalSignatures`: the signing and verifying half of a journal that can be signed.
/// Shapes: a journal is signed from the event on at which signing starts, for ever. docs/signed-journal.md has the bytes.
/// Trust comes from the caller: a journal never says whom to trust.
/// Threads: any thread may call it. Errors: Failures of the storage; FailureKind::unsigned_writer without the key.
///
///     JournalSignatures* signatures = journal.signatures();
///     if (!signatures) return; // this adapter signs nothing
///     const auto source = signatures->open_chain();
///     if (!source) return report(source.error());
///     const auto verified = chain::verify(**source, trust);
#pragma once

#include <expected>
#include <memory>

#include "evenfold/journal/chain/keys/journal_key.hpp"
#include "evenfold/journal/chain/source.hpp"
#include "evenfold/journal/failure.hpp"

namespace evenfold::journal {

class JournalSignatures {
public:
    JournalSignatures() = default;
    JournalSignatures(const JournalSignatures&) = delete;
    JournalSignatures& operator=(const JournalSignatures&) = delete;
    virtual ~JournalSignatures() = default;

    /// Opens the rows for a verification, as they are now. Until the source is closed, a file of this journal keeps the
    /// space of rows that are replaced.
    [[nodiscard]] virtual std::expected<std::unique_ptr<chain::ChainSource>, Failure> open_chain() = 0;

    /// Signs all later events with `key`, and seals the tree of the earlier ones. O(events), all or nothing. Fails as
    /// `exists` if the journal is signed already. Other processes that have it open must open it again.
    [[nodiscard]] virtual std::expected<void, Failure> start_signing(const chain::JournalKey& key, Instant at) = 0;

    /// Signs all later events with `next`. The journal must have been opened with the key in force, which signs the
    /// change, too; afterwards that key only verifies, and this journal signs with `next`.
    [[nodiscard]] virtual std::expected<void, Failure> change_key(const chain::JournalKey& next, Instant at) = 0;
};

} // namespace evenfold::journal
