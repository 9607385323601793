#include "evenfold/journal/sqlite/signatures/removal.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "evenfold/journal/chain/chain_entries.hpp"
#include "evenfold/journal/removal_check.hpp"
#include "evenfold/journal/sqlite/signatures/signing_writer.hpp"
#include "evenfold/journal/sqlite/signatures/stored_rows.hpp"
#include "evenfold/journal/sqlite/tables.hpp"

namespace evenfold::journal::sqlite {

namespace {

using chain::Hash;

constexpr std::uint64_t rows_at_once = 1024;

Failure still_in_files(const Database& database, const Failure& because) {
    Failure failure = because;
    failure.what = database.file().string() +
                   ": the payloads were removed, but their bytes may still be in its files: " + because.what;
    failure.remedy = "Close the programs that read the journal, and make sure that the disk has as much space again as "
                     "the journal needs; then repeat the removal.";
    return failure;
}

std::expected<bool, Failure> is_stored(const Database& database, const std::string& note) {
    Statement find = database.prepare("SELECT 1 FROM removals WHERE note = ?1");
    return next_row(database, find.with(note), "look for a removal");
}

/// Returns the number of the next removal.
std::expected<std::uint64_t, Failure> next_number(const Database& database) {
    const auto last = database.number("SELECT coalesce(max(number), 0) FROM removals");
    if (!last) return std::unexpected(last.error());
    return static_cast<std::uint64_t>(*last) + 1;
}

/// Empties payloads in the transaction of the caller.
class PayloadEraser {
public:
    PayloadEraser(const Database& database, std::uint64_t number)
        : database_(&database),
          number_(number),
          rows_(database),
          entries_(rows_),
          update_(database.prepare(
              "UPDATE events SET data = x'', salt = NULL, payload_hash = ?2, removed = ?3 WHERE sequence = ?1")) {}

    /// Empties the payloads of the events of one range.
    [[nodiscard]] std::expected<void, Failure> empty(const chain::SequenceRange& range, RemovalCheck& check) {
        for (Sequence first = range.first; first <= range.last; first += rows_at_once) {
            const std::uint64_t count = std::min(rows_at_once, range.last - first + 1);
            emptied_.clear();
            auto visited = entries_.visit_leaves(first, count, [&](const chain::EventRow& row, const Hash& leaf) {
                if (const auto hash = check.add(row, leaf)) emptied_.emplace_back(row.sequence, *hash);
            });
            if (!visited) return visited;
            for (const auto& [sequence, hash] : emptied_) {
                update_.with(sequence, BlobValue{chain::bytes_of(hash)}, number_);
                if (auto changed = change_row(*database_, update_, "empty a payload"); !changed) return changed;
            }
        }
        return {};
    }

private:
    const Database* database_;
    std::uint64_t number_; // of the removal
    StoredRows rows_;
    chain::ChainEntries entries_;
    Statement update_;
    std::vector<std::pair<Sequence, Hash>> emptied_; // reused
};

} // namespace

std::expected<void, Failure> remove_payloads(const Database& database, const PayloadRemoval& removal) {
    const auto known = is_stored(database, removal.note);
    if (!known) return std::unexpected(known.error());
    if (*known) return {};
    const auto head = database.number("SELECT coalesce(max(sequence), 0) FROM events");
    if (!head) return std::unexpected(head.error());
    const auto origin = database.text("SELECT name FROM origin");
    if (!origin) return std::unexpected(origin.error());
    auto check = RemovalCheck::begin(removal, *origin, static_cast<Sequence>(*head));
    if (!check) return std::unexpected(std::move(check.error()));
    const auto number = next_number(database);
    if (!number) return std::unexpected(number.error());
    if (auto added = insert_removal(database, {.number = *number, .note = removal.note}); !added) return added;
    if (auto lifted = database.execute("DROP TRIGGER events_refuse_UPDATE"); !lifted) return lifted;
    PayloadEraser eraser(database, *number);
    for (const chain::SequenceRange& range : check->ranges()) {
        if (auto emptied = eraser.empty(range, *check); !emptied) return emptied;
    }
    if (auto finished = check->finish(); !finished) return finished;
    return database.execute(event_update_trigger().c_str());
}

std::expected<void, Failure> overwrite_removed(const Database& database, storage::sqlite::Checkpointer& checkpointer) {
    auto overwritten = database.execute("PRAGMA secure_delete = ON; VACUUM");
    if (overwritten) overwritten = checkpointer.truncate_log();
    if (!overwritten) return std::unexpected(still_in_files(database, overwritten.error()));
    return {};
}

} // namespace evenfold::journal::sqlite
