/// `JournalSignatures`: the signing and verifying half of a journal that can be signed.
/// Shapes: a journal is signed from the event on at which signing starts, for ever. docs/signed-journal.md has the
/// bytes.
/// Trust comes from the caller: a journal never says whom to trust.
/// Threads: any thread may call it. Errors: Failures of the storage; FailureKind::unsigned_writer without the key.
///
///     journal::JournalSignatures* signatures = opened.signatures();
///     if (!signatures) return "this adapter signs nothing";
///     const auto source = signatures->open_chain();
///     if (!source) return source.error().what;
///     const auto report = journal::chain::verify(**source, trust);
///     if (!report) return report.error().what;
///     assert(report->ok());
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "evenfold/journal/chain/keys/journal_key.hpp"
#include "evenfold/journal/chain/sink.hpp"
#include "evenfold/journal/chain/source.hpp"
#include "evenfold/journal/chain/tree/proof.hpp"
#include "evenfold/journal/chain/verify.hpp"
#include "evenfold/journal/failure.hpp"

namespace evenfold::journal {

/// The hash tree of a journal as it was when it was opened, for proofs and signed heads.
class JournalTree : public chain::TreeHashes {
public:
    /// Returns the number of its leaves, which is the sequence of the last event.
    [[nodiscard]] virtual std::uint64_t size() const = 0;
    /// Returns the bytes of the entry of an event, of which its leaf is the hash.
    [[nodiscard]] virtual std::expected<std::string, Failure> entry_of(Sequence sequence) = 0;
};

/// The record that a head was given to an anchor. It is for people, and proves nothing.
struct Anchoring {
    std::uint64_t size = 0;
    std::string anchor;
    Instant at;
    std::string response;
    friend bool operator==(const Anchoring&, const Anchoring&) = default;
};

/// A payload that takes the place of another one, with the type and the version of the event.
struct NewPayload {
    std::string data; // not empty
    std::string salt; // 16 random bytes
};

/// A signed removal of payloads, and its content, which the caller has read from the note.
struct PayloadRemoval {
    std::string note;
    chain::RemovalStatement statement;
    /// Those of a compaction, in the order of `statement.replaced`.
    std::vector<NewPayload> replacing{}; // NOLINT(readability-redundant-member-init): may be left out
};

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

    /// Opens the tree as it is now. Fails as `invalid` if the journal is not signed.
    [[nodiscard]] virtual std::expected<std::unique_ptr<JournalTree>, Failure> open_tree() = 0;

    /// Opens the journal to import the rows of another copy of it. Needs no key, because rows are stored with their
    /// signatures; whoever imports verifies them first. An unsigned journal becomes a signed one if the rows are
    /// signed. `at` is stored as the time of keys and heads. Until the sink is destroyed, writers wait.
    [[nodiscard]] virtual std::expected<std::unique_ptr<chain::ChainSink>, Failure> open_sink(Instant at) = 0;

    /// Returns the newest stored head, if there is one.
    [[nodiscard]] virtual std::expected<std::optional<chain::HeadRow>, Failure> newest_head() = 0;

    /// Stores a signed head, unless there is one of its size. The caller has made sure that it is that of the tree.
    [[nodiscard]] virtual std::expected<void, Failure> add_head(const chain::HeadRow& head, Instant at) = 0;

    /// Empties or replaces the payloads and salts of the events that `removal` names, and stores its note, all or
    /// nothing. Hashes, macs and receipts stay, so chain, tree and old proofs hold; readers get the events without a
    /// payload as `removed`. Fails as `invalid` unless the removal is that of these events (removal_check.hpp). A note
    /// that is stored already changes nothing. Then calls `overwrite_removed`.
    /// An adapter, in one transaction that excludes writers: INSERT the note under the next number; per event, set what
    /// RemovalCheck::add returns, and `removed` to that number. Rules that refuse changes are lifted for this
    /// transaction only. `Journal::position` counts the notes as erasures.
    [[nodiscard]] virtual std::expected<void, Failure> remove_payloads(const PayloadRemoval& removal) = 0;

    /// Overwrites what the storage still has of removed payloads, such as free pages, as far as docs/erasure.md says.
    /// Harmless if there is nothing. After a failure, or a crash during a removal, call it again.
    [[nodiscard]] virtual std::expected<void, Failure> overwrite_removed() = 0;

    /// Stores the response of an anchor, unless there is one of it for this size.
    [[nodiscard]] virtual std::expected<void, Failure> add_anchoring(const Anchoring& anchoring) = 0;
    [[nodiscard]] virtual std::expected<std::vector<Anchoring>, Failure> anchorings() = 0;
};

} // namespace evenfold::journal
