/// The signing part of an appender: the chain of a journal, and the rows beside its events. All in the transaction of
/// the appender.
/// Shapes: the tables keys, empty_receipts and tiles of format 2.
/// Errors: FailureKind::unsigned_writer if the key is not the one in force; damage if the tree cannot be continued.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string_view>

#include "evenfold/journal/signatures.hpp"
#include "evenfold/journal/signer.hpp"
#include "evenfold/journal/sqlite/schema.hpp"
#include "evenfold/journal/sqlite/signatures/stored_rows.hpp"

namespace evenfold::journal::sqlite {

class SigningWriter {
public:
    /// The database must outlive it, and must be a journal of format 2. Fails without options.
    [[nodiscard]] static std::expected<std::unique_ptr<SigningWriter>, Failure>
    attach(const Database& database, const std::optional<SigningOptions>& options);

    SigningWriter(const SigningWriter&) = delete;
    SigningWriter& operator=(const SigningWriter&) = delete;

    /// Makes ready to sign the event after `head`. Loads the chain unless it ends there.
    [[nodiscard]] std::expected<void, Failure> prepare(Sequence head);

    /// Draws the salts of `count` events, which are signed next.
    [[nodiscard]] std::expected<void, Failure> draw_salts(std::size_t count) { return signer_->draw_salts(count); }

    [[nodiscard]] SignedColumns sign(const Batch& batch, std::uint32_t index, const EventPosition& position,
                                     const std::optional<chain::Hash>& stream_mac) {
        return signer_->sign(batch, index, position, stream_mac);
    }
    [[nodiscard]] std::uint64_t key_number() const { return signer_->key_number(); }

    /// Signs the receipt of a batch without events, and stores its link.
    [[nodiscard]] std::expected<void, Failure> add_empty_receipt(const Batch& batch, std::string_view command);

    /// Stores the tiles that became full.
    [[nodiscard]] std::expected<void, Failure> store_tiles();

    /// Forgets the chain, because the transaction was rolled back.
    void drop() { signer_.reset(); }

    /// Stores a change to the key `next`, which signs from the next event on. `prepare` comes first.
    [[nodiscard]] std::expected<void, Failure> change_key(const chain::JournalKey& next, Instant at);

private:
    SigningWriter(const Database& database, SigningOptions options);

    const Database* database_;
    SigningOptions options_;
    StoredRows rows_;
    Statement position_, add_empty_, add_tile_;
    std::optional<JournalSigner> signer_; // as it is at the end of the last append; empty until `prepare`
};

/// Stores the full tiles of the tree over all stored events that are missing, in the transaction of the caller.
[[nodiscard]] std::expected<void, Failure> store_missing_tiles(const Database& database);

/// The statement that stores the link of a receipt without events: its number, command, mac and key.
inline constexpr std::string_view insert_empty_receipt =
    "INSERT INTO empty_receipts (number, command, mac, key) VALUES (?1, ?2, ?3, ?4)";

/// Store a row in the transaction of the caller.
[[nodiscard]] std::expected<void, Failure> insert_key(const Database& database, const chain::KeyRow& key, Instant at);
[[nodiscard]] std::expected<void, Failure> insert_removal(const Database& database, const chain::RemovalRow& removal);
/// Store a row in the transaction of the caller, unless there is one with its key.
[[nodiscard]] std::expected<void, Failure>
insert_head(const Database& database, const chain::HeadRow& head, Instant at);
[[nodiscard]] std::expected<void, Failure> insert_anchoring(const Database& database, const Anchoring& anchoring);

/// Returns the failure that an unsigned journal was changed to format 2 while a writer had it open.
[[nodiscard]] Failure signing_began(const Database& database);

/// Turns a journal of format 1 into one of format 2 that is signed with `key` from its next event on, in the
/// transaction of the caller. The tree over all earlier events is sealed by the genesis. O(events).
[[nodiscard]] std::expected<void, Failure>
start_signing(const Database& database, const chain::JournalKey& key, Instant at);

} // namespace evenfold::journal::sqlite
