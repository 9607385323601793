/// The connection that writes: one group of batches, one transaction, one fsync; and the checkpoints.
/// Shapes: the tables of docs/journal-sqlite.md. Errors: after a Failure the appender is spent; open another.
/// Callers hold the Turn.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "evenfold/journal/sqlite/database.hpp"

namespace evenfold::journal::sqlite {

/// What an append left.
struct Appended {
    std::vector<Receipt> receipts;
    Sequence head = 0;
    bool stored = false; // false when all batches were repeats
};

class Appender {
public:
    /// Takes over a connection whose settings are checked; refuses tables that are not those of the format.
    [[nodiscard]] static std::expected<std::unique_ptr<Appender>, Failure> over(Database database);

    Appender(const Appender&) = delete;
    Appender& operator=(const Appender&) = delete;

    /// As Journal::append.
    [[nodiscard]] std::expected<Appended, AppendError>
    append(std::span<const Batch> group, std::optional<Sequence> head);

    /// Copies the write-ahead log into the file once it has grown by 1,000 pages since the last time. False: an error.
    [[nodiscard]] bool checkpoint_when_due();

    /// Copies all of it, waits for nobody, and cuts the write-ahead log to nothing if no reader needs it.
    void checkpoint_all();

private:
    struct Place {
        std::int64_t id = 0; // 0: not in the table
        StreamVersion version = 0;
    };

    struct HashText : std::hash<std::string_view> {
        using is_transparent = void;
    };
    using Places = std::unordered_map<std::string, Place, HashText, std::equal_to<>>;

    /// The ids of a batch as they are stored.
    struct Texts {
        UuidText command;
        UuidText correlation;
    };

    explicit Appender(Database database);

    [[nodiscard]] std::expected<Appended, AppendError>
    store(std::span<const Batch> group, std::optional<Sequence> head);
    [[nodiscard]] std::expected<Receipt, AppendError>
    store(const Batch& batch, std::optional<Sequence> head, Sequence start, Appended& so_far);
    [[nodiscard]] std::expected<void, AppendError> check(const Batch& batch);
    [[nodiscard]] std::expected<void, Failure>
    insert(const Batch& batch, const Texts& texts, std::uint32_t index, Sequence sequence);
    /// The receipt that stands in the way of this one; nothing when it was stored.
    [[nodiscard]] std::expected<std::optional<Receipt>, Failure> insert(const Receipt& receipt, const UuidText& id);
    [[nodiscard]] std::expected<std::optional<Receipt>, Failure> find_receipt(const CommandId& command);
    [[nodiscard]] std::expected<Place*, Failure> place_of(std::string_view stream);
    [[nodiscard]] std::expected<void, Failure> add_stream(std::string_view stream, Place& place);
    [[nodiscard]] std::expected<bool, Failure> row(Statement& statement, std::string_view place) const;

    Database database_;
    Statement begin_, commit_, rollback_, head_;
    Statement find_receipt_, add_receipt_, find_stream_, add_stream_, add_event_;
    Places places_;            // of streams, as they are at places_head_, or later in the running transaction
    Sequence places_head_ = 0; // where the last append of this appender ended
    int log_pages_ = 0;
    int checkpointed_pages_ = 0;
};

} // namespace evenfold::journal::sqlite
