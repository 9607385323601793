/// The rows of a signed journal as they are stored, read over one connection: by a verification in their order, and by
/// a writer those with which it continues.
/// Shapes: the tables of format 2, docs/journal-sqlite.md. Nothing is judged, except whether a value can be read.
/// Errors: a Failure of SQLite, or of a tile that is missing. Not for use by two threads at once.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "evenfold/journal/chain/chain_store.hpp"
#include "evenfold/journal/sqlite/schema.hpp"

namespace evenfold::journal::sqlite {

/// The columns of an event, in the order that fill(EventRow&) expects. In format 1 those of a signature are NULL.
[[nodiscard]] std::string event_columns(JournalFormat format);

/// Fill a row from the current one of a statement.
void fill(chain::EventRow& event, const Statement& row);
/// The columns are command, fingerprint, first and count, from `column` on.
void fill(chain::ReceiptRow& receipt, const Statement& row, int column = 0);
/// The columns are those of an event, then of a receipt, which may be NULL.
void fill(chain::StreamEventRow& event, const Statement& row);
/// The columns are size, root, frontier and note.
void fill(chain::HeadRow& head, const Statement& row);

[[nodiscard]] std::expected<std::vector<chain::KeyRow>, Failure> read_keys(const Database& database);
[[nodiscard]] std::expected<std::vector<chain::RemovalRow>, Failure> read_removals(const Database& database);

/// Steps `statement`. Returns whether there is a row; if not, or after an error, the statement is reset.
[[nodiscard]] std::expected<bool, Failure>
next_row(const Database& database, Statement& statement, std::string_view operation);

/// Runs an INSERT or UPDATE of one row. Fails if none was changed, as by a trigger.
[[nodiscard]] std::expected<void, Failure>
change_row(const Database& database, Statement& statement, std::string_view operation);

/// The rows of a signed file, for its writer and for proofs. The database must outlive it.
class StoredRows final : public chain::ChainStore {
public:
    explicit StoredRows(const Database& database);

    [[nodiscard]] std::expected<std::vector<chain::KeyRow>, Failure> keys() override { return read_keys(*database_); }
    [[nodiscard]] std::expected<std::string, Failure> mac_of(Sequence sequence) override;
    [[nodiscard]] std::expected<std::uint64_t, Failure> empty_receipts() override;
    [[nodiscard]] std::expected<std::optional<chain::EmptyReceiptLink>, Failure>
    empty_receipt(std::uint64_t number) override;
    [[nodiscard]] std::expected<void, Failure>
    visit_events(Sequence first, std::size_t count, const chain::VisitEvent& visit) override;
    [[nodiscard]] std::expected<std::optional<std::string>, Failure>
    tile(unsigned level, std::uint64_t number) override;
    [[nodiscard]] std::string place() const override { return database_->file().string(); }
    [[nodiscard]] Failure damage(std::string_view what) const override { return damaged(database_->file(), what); }

private:
    const Database* database_;
    Statement tile_, events_, mac_, last_empty_, empty_;
    chain::StreamEventRow row_; // reused
};

} // namespace evenfold::journal::sqlite
