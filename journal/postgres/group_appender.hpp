/// The connection that writes: one group of batches is one transaction, which the server has synced when it is
/// acknowledged.
/// Shapes: the tables of docs/journal-postgres.md. Errors: as Journal::append. When the connection is lost, the
/// appender must be replaced.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evenfold/journal/postgres/address.hpp"
#include "evenfold/journal/postgres/group_plan.hpp"
#include "evenfold/journal/postgres/head_row.hpp"
#include "evenfold/journal/signatures.hpp"

namespace evenfold::journal::postgres {

class GroupAppender {
public:
    /// `signing` has the key of a signed journal. An unsigned one stays unsigned.
    GroupAppender(ServerConnection connection, const JournalAddress& address, std::optional<SigningOptions> signing)
        : connection_(std::move(connection)),
          place_(address.shown()),
          channel_(address.channel()),
          lock_number_(address.lock_number()),
          signing_(std::move(signing)) {}

    /// As Journal::append, if the journal's epoch is `epoch`; else fails as fenced.
    [[nodiscard]] std::expected<std::vector<Receipt>, AppendError>
    append(std::span<const Batch> group, std::optional<Sequence> head, std::int64_t epoch);

    /// Returns the receipts of all batches if they are stored. Waits until a transaction that was cut off has ended.
    [[nodiscard]] std::expected<std::optional<std::vector<Receipt>>, AppendError>
    find_all(std::span<const Batch> group);

    [[nodiscard]] std::expected<WriterHead, Failure> read_head();

    /// Fails if the journal is signed, and with another key than that of this appender.
    [[nodiscard]] std::expected<void, Failure> check_key();

    // As in JournalSignatures, if the journal's epoch is `epoch`. The first two need `sign_with` afterwards.

    [[nodiscard]] std::expected<void, Failure>
    start_signing(const chain::JournalKey& key, Instant at, std::int64_t epoch);
    [[nodiscard]] std::expected<void, Failure>
    change_key(const chain::JournalKey& next, Instant at, std::int64_t epoch);
    [[nodiscard]] std::expected<void, Failure> add_head(const chain::HeadRow& head, Instant at);
    [[nodiscard]] std::expected<void, Failure> add_anchoring(const Anchoring& anchoring);
    [[nodiscard]] std::expected<void, Failure> remove_payloads(const PayloadRemoval& removal, std::int64_t epoch);
    [[nodiscard]] std::expected<void, Failure> overwrite_removed(std::chrono::milliseconds wait);
    void sign_with(const std::optional<SigningOptions>& signing);

    /// Excludes other writers until `release` or the end of the connection. Fails as fenced in another epoch.
    [[nodiscard]] std::expected<void, Failure> hold(std::int64_t epoch);
    [[nodiscard]] std::expected<void, Failure> release();

    /// Begins the next epoch, so that all writers of earlier ones are fenced. Returns it.
    [[nodiscard]] std::expected<WriterHead, Failure> begin_epoch(const std::string& holder);

    [[nodiscard]] bool is_lost() const { return connection_.is_lost(); }
    /// Returns whether the last append had sent its COMMIT, so that a lost connection leaves its outcome unknown.
    [[nodiscard]] bool has_sent_commit() const { return has_sent_commit_; }
    /// Returns the head of the last append. A journal that ends before it has lost events.
    [[nodiscard]] Sequence stored_head() const { return stored_head_; }
    void expect_at_least(Sequence head) { stored_head_ = head; }

private:
    /// Whether the receipts of a group are read before its rules are checked. Most groups have no repeats, and the
    /// INSERT of the receipts finds those that have.
    enum class Repeats : std::uint8_t { assumed_none, looked_up };

    /// Returns nothing if the group has repeats that were not looked up.
    [[nodiscard]] std::expected<std::optional<std::vector<Receipt>>, AppendError>
    attempt(std::span<const Batch> group, std::optional<Sequence> head, std::int64_t epoch, Repeats repeats);
    [[nodiscard]] std::expected<std::optional<GroupPlan>, AppendError>
    store(std::span<const Batch> group, std::optional<Sequence> head, std::int64_t epoch, Repeats repeats);
    [[nodiscard]] std::expected<WriterHead, Failure> begin(std::span<const Batch> group);
    [[nodiscard]] std::expected<void, Failure> read_streams(std::span<const Batch> group);
    [[nodiscard]] std::expected<KnownReceipts, Failure> read_receipts(std::span<const Batch> group);
    [[nodiscard]] std::expected<bool, Failure> insert(GroupPlan& plan, std::int64_t epoch);
    [[nodiscard]] std::expected<std::optional<JournalSigner>, Failure> signer_at(const WriterHead& head);
    [[nodiscard]] std::expected<void, Failure>
    change(std::int64_t epoch, const std::function<std::expected<void, Failure>(const WriterHead& head)>& make);
    [[nodiscard]] std::expected<void, Failure> add_row(const ServerQuery& query);
    [[nodiscard]] std::expected<void, Failure> commit();
    void roll_back();

    ServerConnection connection_;
    std::string place_;
    std::string channel_;
    std::int64_t lock_number_;
    StreamHeads streams_; // as they are at stored_head_, or later in the running transaction
    std::optional<SigningOptions> signing_;
    std::optional<JournalSigner> signer_; // as it was after the last commit; absent: must be loaded
    Sequence stored_head_ = 0;
    bool has_sent_commit_ = false;
};

} // namespace evenfold::journal::postgres
