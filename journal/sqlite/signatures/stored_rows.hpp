/// The rows of a signed journal as they are stored, read over one connection: by a verification in their order, and by
/// a writer those with which it continues.
/// Shapes: the tables of format 2, docs/journal-sqlite.md. Nothing is judged, except whether a value can be read.
/// Errors: a Failure of SQLite, or of a tile that is missing. Not for use by two threads at once.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evenfold/journal/chain/source.hpp"
#include "evenfold/journal/chain/tree/tiles.hpp"
#include "evenfold/journal/sqlite/schema.hpp"

namespace evenfold::journal::sqlite {

/// The columns of an event, in the order that fill(EventRow&) expects. In format 1 those of a signature are NULL.
[[nodiscard]] std::string event_columns(JournalFormat format);

/// Fill a row from the current one of a statement.
void fill(chain::EventRow& event, const Statement& row);
/// The columns are command, fingerprint, first and count, from `column` on.
void fill(chain::ReceiptRow& receipt, const Statement& row, int column = 0);
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

/// A receipt without events.
struct NewestEmpty {
    std::uint64_t number = 0;
    std::string mac;
    std::uint64_t key = 0;
};

/// The tiles of the tree, and leaves computed from events. The database must outlive it.
class StoredTiles final : public chain::TileStore {
public:
    explicit StoredTiles(const Database& database);

    [[nodiscard]] std::expected<std::optional<std::string>, Failure>
    tile(unsigned level, std::uint64_t number) override;
    [[nodiscard]] std::expected<void, Failure>
    compute_leaves(std::uint64_t first, std::span<chain::Hash> leaves) override;
    [[nodiscard]] Failure damaged_tile(unsigned level, std::uint64_t number) const override;

    /// Returns the newest receipt without events that was stored before the event `sequence`; number 0 if none was.
    [[nodiscard]] std::expected<NewestEmpty, Failure> newest_empty_before(Sequence sequence);

    /// Calls `visit` with each of `count` events from `first` on, and its leaf. The row is reused.
    using VisitEvent = std::function<void(const chain::EventRow& event, const chain::Hash& leaf)>;
    [[nodiscard]] std::expected<void, Failure>
    visit_events(Sequence first, std::uint64_t count, const VisitEvent& visit);

    /// Returns the bytes of the entry of event `sequence`, of which its leaf is the hash.
    [[nodiscard]] std::expected<std::string, Failure> entry_of(Sequence sequence);

private:
    [[nodiscard]] std::expected<void, Failure> load_keys();
    [[nodiscard]] std::expected<std::string, Failure> entry_of_row();

    const Database* database_;
    Statement tile_, events_, last_empty_, empty_;
    std::optional<std::vector<chain::KeyRow>> keys_;
    chain::EventRow event_; // reused
    chain::ReceiptRow receipt_;
};

} // namespace evenfold::journal::sqlite
