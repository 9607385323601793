// Any disk fault at any operation, followed by a power loss, loses no acknowledged batch and stores none twice.
#include "evenfold/journal/sqlite/sqlite_journal.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>

#include "evenfold/journal/sqlite/appender.hpp"
#include "evenfold/journal/sqlite/schema.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/faulty_disk.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/support/process/fault_rounds.hpp"

namespace evenfold::journal {

namespace {

using contract::batch;
using std::filesystem::path;
using Opened = std::unique_ptr<Journal>;

constexpr std::uint64_t batches = 8;

Batch numbered_batch(std::uint64_t number) {
    return batch(number, std::vector<std::string>(number % 4, "a")); // every fourth batch has no events
}

Opened open(const path& file, Access access = Access::create) {
    auto journal = open_sqlite_journal(file, access);
    return journal ? std::move(*journal) : nullptr;
}

/// Decides whether a batch counts as stored after its append may have failed.
using StoredCheck = std::function<bool(Journal&, const Batch&)>;

bool append_again(Journal& journal, const Batch& asked) {
    return journal.append(std::vector{asked}, std::nullopt).has_value();
}
bool read_receipt_in_hold(Journal& journal, const Batch& asked) {
    if (!journal.hold()) return false;
    return journal.receipt(asked.command).value_or(std::nullopt).has_value();
}
bool trust_the_receipt(Journal& journal, const Batch& asked) {
    return journal.receipt(asked.command).value_or(std::nullopt).has_value();
}

/// Reaction of the writer to a fault: it ends or goes on.
enum class After : std::uint8_t { end, go_on };

/// Appends all batches and reopens the journal halfway. Returns the numbers of the acknowledged batches.
std::vector<std::uint64_t> write(const path& file, const FaultyDisk& disk, const StoredCheck& is_stored, After after) {
    std::vector<std::uint64_t> acknowledged;
    Opened journal;
    for (std::uint64_t number = 1; number <= batches; ++number) {
        if (number == batches / 2) journal.reset();
        for (int tries = 0; !journal && tries < 2; ++tries) journal = open(file);
        if (!journal) continue;
        const Batch made = numbered_batch(number);
        if (journal->append(std::vector{made}, std::nullopt) || is_stored(*journal, made))
            acknowledged.push_back(number);
        if (disk.has_failed() && after == After::end) break;
    }
    return acknowledged;
}

/// Returns the numbers of the batches that have receipts. Checks that the journal contains exactly these, in order.
std::vector<std::uint64_t> stored_in(const path& file) {
    const Opened journal = open(file);
    REQUIRE(journal);
    std::vector<std::uint64_t> stored;
    std::vector<Batch> expected;
    for (std::uint64_t number = 1; number <= batches; ++number) {
        if (!journal->receipt(contract::command(number)).value()) continue;
        stored.push_back(number);
        expected.push_back(numbered_batch(number));
    }
    const auto records = read_all(*journal);
    REQUIRE(records);
    CHECK(*records == contract::expected_records(expected));
    return stored;
}

/// Checks that no batch is stored twice, and that a new writer can go on.
void check_going_on(const path& file) {
    {
        const Opened journal = open(file);
        REQUIRE(journal);
        for (std::uint64_t number = 1; number <= batches; ++number)
            CHECK(journal->append(std::vector{numbered_batch(number)}, std::nullopt));
        const auto events = read_all(*journal);
        REQUIRE(events);
        CHECK(events->size() == 12); // 1 + 2 + 3 + 0, twice
    }
    const auto database =
        storage::sqlite::Database::open(file, storage::sqlite::OpenMode::read, std::chrono::seconds(1));
    REQUIRE(database);
    CHECK(database->text("PRAGMA integrity_check") == "ok");
}

/// Writes on a disk whose `nth` operation meets `fault`, then cuts the power. Returns the number of acknowledged
/// batches that are lost, or nothing if the fault did not occur.
std::optional<std::size_t> lost_by(Fault fault, int nth, const StoredCheck& is_stored, After after) {
    CAPTURE(static_cast<int>(fault));
    CAPTURE(nth);
    CAPTURE(static_cast<int>(after));
    const ScratchFolder folder(memory_storage());
    const path file = folder / "journal.db";
    FaultyDisk disk;
    disk.fail(fault, nth);
    const auto acknowledged = write(file, disk, is_stored, after);
    const bool came = disk.has_failed();
    disk.cut_power();
    disk.restore_power();
    const auto stored = stored_in(file);
    check_going_on(file);
    if (!came) return std::nullopt;
    return std::ranges::count_if(acknowledged,
                                 [&](auto number) { return !std::ranges::binary_search(stored, number); });
}

/// Runs of `lost_by`: the last operation that met the fault, and the number of runs that lost acknowledged batches.
struct Sweep {
    int operations = 0;
    int losses = 0;
};

/// Lets each `stride`-th operation meet the fault.
Sweep sweep(Fault fault, const StoredCheck& is_stored, After after, int stride = 1) {
    Sweep sweep;
    for (int nth = 1;; nth += stride) {
        const auto lost = lost_by(fault, nth, is_stored, after);
        if (!lost) return sweep;
        sweep.operations = nth;
        if (*lost > 0) ++sweep.losses;
    }
}

/// Appends `made` without the journal's writer to a journal with an empty log, and meets `fault` at the sync.
void commit_and_meet(FaultyDisk& disk, Fault fault, const path& file, const Batch& made) {
    auto database = storage::sqlite::Database::open(file, storage::sqlite::OpenMode::write, std::chrono::seconds(1));
    REQUIRE(database);
    REQUIRE(sqlite::make_durable(*database));
    const auto appender = sqlite::Appender::attach(std::move(*database), Access::read_write, std::nullopt);
    REQUIRE(appender);
    disk.fail(fault, 3); // the first two operations write the log's header
    CHECK(!(*appender)->append(std::vector{made}, std::nullopt));
    REQUIRE(disk.has_failed());
}

} // namespace

TEST_CASE("SqliteJournal: a fault of any disk operation and then a power loss lose and repeat no acknowledged batch.") {
    const auto check = [](Fault fault, const StoredCheck& is_stored, After after) {
        CAPTURE(static_cast<int>(fault));
        const Sweep swept = sweep(fault, is_stored, after, tests::fault_stride(2));
        CHECK(swept.operations > 15);
        CHECK(swept.losses == 0);
    };
    for (const Fault fault : {Fault::write_fails, Fault::write_tears, Fault::disk_full, Fault::power_fails})
        check(fault, append_again, After::go_on);
    for (const Fault fault : {Fault::sync_fails, Fault::sync_stops}) {
        check(fault, append_again, After::end);
        check(fault, append_again, After::go_on);
        check(fault, read_receipt_in_hold, After::end);
    }
}

TEST_CASE("SqliteJournal: a receipt read without a hold after a failed append can be lost (negative control).") {
    CHECK(sweep(Fault::sync_fails, trust_the_receipt, After::end).losses > 0);
    CHECK(sweep(Fault::sync_stops, trust_the_receipt, After::end).losses > 0);
}

TEST_CASE("SqliteJournal: a disk that reports a sync without syncing is detected (negative control).") {
    CHECK(lost_by(Fault::sync_lies, 1, append_again, After::go_on).value_or(0) > 0);
}

TEST_CASE("SqliteJournal: a new writer syncs the unsynced batch of an earlier writer before it returns the receipt.") {
    for (const StoredCheck& is_stored : {StoredCheck(append_again), StoredCheck(read_receipt_in_hold)}) {
        for (const Fault fault : {Fault::sync_stops, Fault::sync_fails}) {
            CAPTURE(static_cast<int>(fault));
            const ScratchFolder folder(memory_storage());
            const path file = folder / "journal.db";
            FaultyDisk disk;
            REQUIRE(append_again(*open(file), numbered_batch(1)));
            commit_and_meet(disk, fault, file, numbered_batch(2));
            Opened next = open(file);
            REQUIRE(next);
            CHECK(is_stored(*next, numbered_batch(2)));
            disk.cut_power();
            next.reset();
            disk.restore_power();
            CHECK(stored_in(file) == std::vector<std::uint64_t>{1, 2});
        }
    }
}

TEST_CASE("SqliteJournal: readers of an open journal do not see a batch whose sync failed.") {
    for (const Fault fault : {Fault::sync_stops, Fault::sync_fails}) {
        const ScratchFolder folder(memory_storage());
        const path file = folder / "journal.db";
        FaultyDisk disk;
        REQUIRE(append_again(*open(file), numbered_batch(1)));
        const Opened other = open(file);
        REQUIRE(other);
        commit_and_meet(disk, fault, file, numbered_batch(2));
        CHECK(!trust_the_receipt(*other, numbered_batch(2)));
        CHECK(!trust_the_receipt(*open(file, Access::read_only), numbered_batch(2)));
        CHECK(append_again(*other, numbered_batch(2)));
    }
}

} // namespace evenfold::journal
