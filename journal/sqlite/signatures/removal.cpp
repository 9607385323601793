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

/// Empties and replaces payloads in the transaction of the caller.
class PayloadEraser {
public:
    PayloadEraser(const Database& database, std::uint64_t number)
        : database_(&database),
          number_(number),
          rows_(database),
          entries_(rows_),
          update_(database.prepare(
              "UPDATE events SET payload_hash = ?2, data = ?3, salt = ?4, removed = ?5 WHERE sequence = ?1")) {}

    /// Changes the payloads of the events of one range.
    [[nodiscard]] std::expected<void, Failure> change(const chain::SequenceRange& range, RemovalCheck& check) {
        for (Sequence first = range.first; first <= range.last; first += rows_at_once) {
            const std::uint64_t count = std::min(rows_at_once, range.last - first + 1);
            changes_.clear();
            auto visited = entries_.visit_leaves(first, count, [&](const chain::EventRow& row, const Hash& leaf) {
                if (const auto change = check.add(row, leaf)) changes_.emplace_back(row.sequence, *change);
            });
            if (!visited) return visited;
            for (const auto& [sequence, change] : changes_) {
                if (auto changed = apply(sequence, change); !changed) return changed;
            }
        }
        return {};
    }

private:
    /// An empty blob in place of a text says that there is no payload.
    [[nodiscard]] std::expected<void, Failure> apply(Sequence sequence, const PayloadChange& change) {
        const BlobValue hash{chain::bytes_of(change.payload_hash)};
        if (change.data.empty())
            update_.with(sequence, hash, BlobValue{}, std::optional<BlobValue>(), number_);
        else
            update_.with(sequence, hash, change.data, BlobValue{change.salt}, number_);
        return change_row(*database_, update_, "remove a payload");
    }

    const Database* database_;
    std::uint64_t number_; // of the removal
    StoredRows rows_;
    chain::ChainEntries entries_;
    Statement update_;
    std::vector<std::pair<Sequence, PayloadChange>> changes_; // reused
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
        if (auto changed = eraser.change(range, *check); !changed) return changed;
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
