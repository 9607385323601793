// Faults of the disk at each of its operations: whatever is changed in a signed file is done or not done, never half.
#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/journal/signatures.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/faults/numbered_steps.hpp"
#include "evenfold/tests/faults/row_writer.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"
#include "evenfold/tests/journal/faulty_disk.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/journal/signed/signed_file.hpp"
#include "evenfold/tests/journal/signed/sqlite_rows.hpp"
#include "evenfold/tests/support/process/fault_rounds.hpp"

namespace evenfold::tests::faults {

namespace {

using journal::Failure;
using journal::Fault;
using journal::FaultyDisk;
using journal::Journal;
using journal::ScratchFolder;
using journal::contract::batch;
using std::filesystem::path;
using Done = std::expected<void, Failure>;

constexpr std::uint64_t events_before = 250; // six fewer than a full tile of the tree

journal::SqliteOptions key_options(std::optional<std::uint64_t> key) {
    return key ? chain::signed_with(*key) : journal::SqliteOptions{.domain = "plans"};
}

/// Opens the file with `key`, and calls `change`.
Done with_journal(const path& file, std::optional<std::uint64_t> key, const std::function<Done(Journal&)>& change) {
    const auto journal = open_sqlite_journal(file, journal::Access::create, key_options(key));
    return journal ? change(**journal) : std::unexpected(journal.error());
}

Done append_one(Journal& journal, const journal::Batch& batch) {
    const auto receipts = journal.append({&batch, 1}, std::nullopt);
    return receipts ? Done() : std::unexpected(std::get<Failure>(receipts.error()));
}

/// Something that a writer or a reader does to a file.
struct FileOperation {
    std::string_view name;
    bool starts_signed = true;
    std::function<Done(const path&)> run;
    std::string done{}; // NOLINT(readability-redundant-member-init): SQL for the number of its traces; empty: none
};

Done append_over_a_tile(const path& file) {
    return with_journal(
        file, 1, [](Journal& journal) { return append_one(journal, batch(9000, std::vector<std::string>(10, "a"))); });
}
Done append_nothing(const path& file) {
    return with_journal(file, 1, [](Journal& journal) { return append_one(journal, batch(9000, {})); });
}
Done start_signing(const path& file) {
    return with_journal(file, std::nullopt,
                        [](Journal& journal) { return journal.signatures()->start_signing(chain::key_of(1), {}); });
}
Done change_key(const path& file) {
    return with_journal(file, 1,
                        [](Journal& journal) { return journal.signatures()->change_key(chain::key_of(2), {}); });
}
Done add_head(const path& file) {
    return with_journal(file, 1, sign_current_head);
}
Done open_only(const path& file) {
    return with_journal(file, 1, [](Journal&) { return Done(); });
}
Done verify_file(const path& file) {
    const auto source = journal::open_sqlite_chain(file);
    if (!source) return std::unexpected(source.error());
    const auto report = verify(**source, chain::trust_of(2));
    if (!report) return std::unexpected(report.error());
    CHECK_MESSAGE(report->ok(), to_json(*report)); // an unreadable file is a failure, and no proof of a change
    return {};
}

const std::string receipt_is_there = "SELECT count(*) FROM receipts WHERE fingerprint = 'print 9000'";

const std::vector<FileOperation>& operations() {
    static const std::vector<FileOperation> all{
        {.name = "append over the end of a tile", .run = append_over_a_tile, .done = receipt_is_there},
        {.name = "append a command without events", .run = append_nothing, .done = receipt_is_there},
        {.name = "start to sign",
         .starts_signed = false,
         .run = start_signing,
         .done = "SELECT count(*) FROM sqlite_schema WHERE name = 'keys'"},
        {.name = "change the key", .run = change_key, .done = "SELECT count(*) - 1 FROM keys"},
        {.name = "add a head", .run = add_head, .done = "SELECT count(*) FROM heads"},
        {.name = "open", .run = open_only},
        {.name = "verify", .run = verify_file}};
    return all;
}

/// Creates a journal of `events_before` events.
void fill(const path& file, bool is_signed) {
    const auto journal = chain::opened(file, key_options(is_signed ? std::optional<std::uint64_t>(1) : std::nullopt));
    std::vector<journal::Batch> group{batch(1, {})};
    for (std::uint64_t number = 2; number <= 1 + events_before / 2; ++number)
        group.push_back(batch(number, {"a", "b"}));
    chain::append(*journal, group);
}

/// Checks a file after a fault. Returns whether the operation is done.
bool check_file(const path& file, const FileOperation& operation, bool is_done_for_sure) {
    const bool is_done = operation.done.empty() || chain::text_in(file, operation.done) == "1";
    if (is_done_for_sure) CHECK(is_done);
    CHECK(chain::text_in(file, "PRAGMA integrity_check") == "ok");
    const bool is_signed = operation.starts_signed || is_done;
    const auto report = chain::report_of_file(file, chain::trust_of(2));
    if (is_signed)
        CHECK_MESSAGE(report.ok(), to_json(report));
    else
        CHECK(report.broken->reason == chain::BreakReason::is_unsigned);
    const bool appends_ten = is_done && operation.name == operations().front().name;
    CHECK(chain::text_in(file, "SELECT count(*) FROM events") ==
          std::to_string(events_before + (appends_ten ? 10 : 0)));
    return is_done;
}

/// Runs `operation` on a copy of `before` while the `nth` operation of the disk has a fault. Returns whether that
/// occurred.
bool survives(const path& before, const FileOperation& operation, Fault fault, int nth, int seed) {
    CAPTURE(operation.name);
    CAPTURE(seed);
    CAPTURE(static_cast<int>(fault));
    CAPTURE(nth);
    const ScratchFolder folder(journal::memory_storage());
    const path file = folder / "journal.db";
    std::filesystem::copy_file(before, file);
    FaultyDisk disk;
    disk.fail(fault, nth);
    const Done outcome = operation.run(file);
    const bool has_failed = disk.has_failed();
    disk.fail(Fault::none, 0);
    if (!outcome) {
        CHECK(has_failed);
        CAPTURE(outcome.error().what);
        CHECK(outcome.error().what.find(file.string()) != std::string::npos);
        CHECK(!outcome.error().remedy.empty());
    }
    if (fault == Fault::power_fails) {
        disk.cut_power();
        disk.restore_power_with_some_sectors(static_cast<std::uint32_t>(1000 * nth + seed));
    } else if (fault == Fault::sync_fails || fault == Fault::sync_stops) {
        disk.cut_power();
        disk.restore_power();
    }
    if (!check_file(file, operation, outcome.has_value())) {
        const Done again = operation.run(file);
        CHECK_MESSAGE(again, again.error().what);
        CHECK(check_file(file, operation, true));
    }
    return has_failed;
}

/// Returns the number of operations of the disk, each of which, or some of which, met the fault. After a power loss,
/// the seed selects the unsynced sectors that are kept.
int operations_survived(const FileOperation& operation, Fault fault, int seed = 0) {
    const ScratchFolder folder(journal::memory_storage());
    fill(folder / "before.db", operation.starts_signed);
    const int stride = fault_stride(4);
    int nth = 1 + static_cast<int>(fault) % stride; // another operation for each fault
    while (survives(folder / "before.db", operation, fault, nth, seed)) nth += stride;
    return nth - 1;
}

} // namespace

TEST_CASE("I/O errors: whatever fails at whatever operation of the disk, each change is done or not done.") {
    for (const FileOperation& operation : operations()) {
        if (operation.name == "verify") continue; // it only reads
        int operations_met = 0;
        for (const Fault fault : {Fault::write_fails, Fault::write_tears, Fault::disk_full, Fault::sync_fails,
                                  Fault::sync_stops, Fault::power_fails})
            operations_met += operations_survived(operation, fault);
        MESSAGE(operation.name, ": ", operations_met, " writes and syncs");
        CHECK(operations_met > 5);
    }
}

TEST_CASE("I/O errors: a power loss that keeps any of the unsynced sectors leaves each change done or not done.") {
    for (int seed = 1; seed <= 1 + fault_rounds(1) / 20; ++seed) {
        for (const FileOperation& operation : operations())
            if (operation.name != "verify") CHECK(operations_survived(operation, Fault::power_fails, seed) > 0);
    }
}

TEST_CASE("I/O errors: a read that fails is a failure, and never a proof that something was changed.") {
    for (const FileOperation& operation : operations()) {
        const int operations_met = operations_survived(operation, Fault::read_fails);
        MESSAGE(operation.name, ": ", operations_met, " reads");
        CHECK(operations_met > 3);
    }
}

TEST_CASE("I/O errors: a writer that stores row by row leaves half an append, which is found (negative control).") {
    const ScratchFolder folder(journal::memory_storage());
    RowWriter rows(folder.path());
    CHECK(chain::report_of_file(rows.file(), chain::trust_of(1)).ok());
    int damaged = 0;
    while (rows.write_row()) {
        if (!chain::report_of_file(rows.file(), chain::trust_of(1)).ok()) ++damaged;
    }
    CHECK(damaged == 4); // the new stream is not covered; the last event completes the append
    CHECK(chain::report_of_file(rows.file(), chain::trust_of(1)).ok());
}

} // namespace evenfold::tests::faults
