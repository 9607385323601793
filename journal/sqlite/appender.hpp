/// The connection that writes: one group of batches, one transaction, one fsync; and the checkpoints.
/// Shapes: the tables of docs/journal-sqlite.md, signed in format 2. Errors: after a Failure the appender must be
/// replaced by a new one.
/// Callers hold the WriterLock.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "evenfold/journal/access.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/journal/sqlite/schema.hpp"
#include "evenfold/journal/sqlite/signatures/signing_writer.hpp"
#include "evenfold/storage/sqlite/write_ahead_log.hpp"

namespace evenfold::journal::sqlite {

/// The result of an append.
struct AppendResult {
    std::vector<Receipt> receipts;
    Sequence head = 0;
    bool stored = false; // false when all batches were repeats
};

class Appender {
public:
    /// Uses a connection whose settings were checked. Fails if the tables are not those of the format, and if the
    /// journal is signed, and `signing` has not its key. With Access::add_heads that key is not needed: appends fail
    /// instead. An unsigned journal stays unsigned.
    [[nodiscard]] static std::expected<std::unique_ptr<Appender>, Failure>
    attach(Database database, Access access, const std::optional<SigningOptions>& signing);

    Appender(const Appender&) = delete;
    Appender& operator=(const Appender&) = delete;

    /// As Journal::append.
    [[nodiscard]] std::expected<AppendResult, AppendError>
    append(std::span<const Batch> group, std::optional<Sequence> head);

    /// Changes the journal to format 2. Afterwards the appender must be replaced by a new one.
    [[nodiscard]] std::expected<void, Failure> start_signing(const chain::JournalKey& key, Instant at);

    /// Signs with `next` from the next event on. The journal must be signed, and the key in force must be known.
    [[nodiscard]] std::expected<void, Failure> change_key(const chain::JournalKey& next, Instant at);

    /// As in JournalSignatures. The journal must be signed.
    [[nodiscard]] std::expected<void, Failure> add_head(const chain::HeadRow& head, Instant at) const;
    [[nodiscard]] std::expected<void, Failure> add_anchoring(const Anchoring& anchoring) const;

    [[nodiscard]] bool is_signed() const { return format_ == JournalFormat::signed_rows; }
    [[nodiscard]] const Database& database() const { return database_; }
    /// As in JournalSignatures, but `remove_payloads` leaves the overwriting to the caller.
    [[nodiscard]] std::expected<void, Failure> remove_payloads(const PayloadRemoval& removal) const;
    [[nodiscard]] std::expected<void, Failure> overwrite_removed();

    [[nodiscard]] storage::sqlite::Checkpointer& checkpointer() { return checkpointer_; }

    /// Takes note that the database file, without its log, has all events up to `head`.
    void note_base(Sequence head) { base_ = head; }

private:
    struct StreamHead {
        std::int64_t id = 0; // 0: not in the table
        StreamVersion version = 0;
        std::optional<chain::Hash> mac; // of its last event
    };

    struct HashText : std::hash<std::string_view> {
        using is_transparent = void;
    };
    using StreamHeads = std::unordered_map<std::string, StreamHead, HashText, std::equal_to<>>;

    /// The ids of a batch as they are stored.
    struct IdTexts {
        UuidText command;
        UuidText correlation;
    };

    Appender(Database database, JournalFormat format);

    [[nodiscard]] std::expected<AppendResult, AppendError>
    store(std::span<const Batch> group, std::optional<Sequence> head);
    [[nodiscard]] std::expected<Receipt, AppendError>
    store(const Batch& batch, std::optional<Sequence> head, Sequence start, AppendResult& so_far);
    [[nodiscard]] std::expected<void, AppendError> check(const Batch& batch);
    [[nodiscard]] std::expected<void, Failure> check_schema_unchanged();
    [[nodiscard]] std::expected<Sequence, Failure> read_head();
    [[nodiscard]] std::expected<void, Failure> update_tail(Sequence start, Sequence head);
    [[nodiscard]] std::expected<void, Failure> check_receipt(const Receipt& receipt, const UuidText& id);
    [[nodiscard]] std::expected<void, Failure> insert_events(const Batch& batch, const IdTexts& texts, Sequence first);
    [[nodiscard]] std::expected<void, Failure>
    insert(const Batch& batch, const IdTexts& texts, std::uint32_t index, Sequence sequence);
    /// Returns the existing receipt with this command id; nullopt if `receipt` was stored.
    [[nodiscard]] std::expected<std::optional<Receipt>, Failure> insert(const Receipt& receipt, const UuidText& id);
    [[nodiscard]] std::expected<std::optional<Receipt>, Failure> find_receipt(const CommandId& command);
    [[nodiscard]] std::expected<StreamHead*, Failure> head_of(std::string_view stream);
    [[nodiscard]] std::expected<void, Failure> add_stream(std::string_view stream, StreamHead& head);

    Database database_;
    JournalFormat format_;
    std::unique_ptr<SigningWriter> signing_; // null in format 1, and if heads are all that may be added
    storage::sqlite::Checkpointer checkpointer_;
    Statement begin_, commit_, rollback_, head_, schema_, update_tail_;
    Statement find_receipt_, count_rows_, add_receipt_, find_stream_, add_stream_, add_event_;
    StreamHeads stream_heads_;         // as they are at stored_head_, or later in the running transaction
    Sequence stored_head_ = 0;         // of the last append of this appender
    Sequence base_ = 0;                // of the log
    std::int64_t checked_schema_ = -1; // SQLite's number of the schema that was checked
};

} // namespace evenfold::journal::sqlite
