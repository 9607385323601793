// Power cuts under writers of SQLite journals, on a file system of their own.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <string>

#include "evenfold/storage/sqlite/database.hpp"
#include "evenfold/system/durable.hpp"
#include "evenfold/tests/faults/judgement.hpp"
#include "evenfold/tests/faults/kill_rounds.hpp"
#include "evenfold/tests/faults/loop_disk.hpp"
#include "evenfold/tests/faults/writing_process.hpp"
#include "evenfold/tests/journal/signed/signed_file.hpp"

namespace evenfold::tests::faults {

namespace {

using storage::sqlite::Database;
using storage::sqlite::OpenMode;

constexpr std::uint64_t disk_megabytes = 64;

/// Inserts rows without the journal's settings, and acknowledges each.
int insert_rows(const std::filesystem::path& file, const std::string& synchronous, const journal::Pipe& acknowledged) {
    const auto database = Database::open(file, OpenMode::write, std::chrono::seconds(1));
    if (!database || !database->execute(("PRAGMA synchronous = " + synchronous).c_str())) return 1;
    for (std::uint64_t row = 1;; ++row) {
        if (!database->execute("INSERT INTO rows DEFAULT VALUES")) return 2;
        acknowledged.write(row);
    }
}

/// Returns the number of rows that a power cut loses.
std::uint64_t lost_rows(LoopDisk& disk, const std::string& synchronous) {
    const auto file = disk.folder() / (synchronous + ".db");
    {
        const auto database = Database::open(file, OpenMode::create, std::chrono::seconds(1));
        REQUIRE(database);
        REQUIRE(database->execute("PRAGMA journal_mode = WAL; CREATE TABLE rows (number INTEGER PRIMARY KEY)"));
    }
    REQUIRE(system::sync_path(disk.folder()));
    WritingProcess writer(0, [&](const journal::Pipe& pipe) { return insert_rows(file, synchronous, pipe); });
    StepProgress progress;
    REQUIRE(writer.await(100));
    REQUIRE(disk.cut_under(writer, progress));
    REQUIRE(disk.restore_power());
    const std::uint64_t there = std::stoull(chain::text_in(file, "SELECT count(*) FROM rows"));
    return progress.acknowledged - std::min(progress.acknowledged, there);
}

} // namespace

TEST_CASE("Power cuts, SQLite: no acknowledged step is lost, none is repeated, and the signatures hold.") {
    const auto disk = LoopDisk::create(disk_megabytes);
    if (!disk) return;
    std::mt19937 random(20'261'201);
    StepProgress progress;
    std::string name;
    for (int round = 0; round < fault_rounds(8); ++round) {
        CAPTURE(round);
        const bool is_signed = round / rounds_per_journal % 4 != 3;
        if (round % rounds_per_journal == 0) {
            name = "journal-" + std::to_string(round) + ".db";
            progress = {};
        }
        const TestedStore store = sqlite_store(disk->folder() / name, is_signed);
        WritingProcess writer(store, progress.acknowledged);
        REQUIRE(writer.await(random() % 40));
        REQUIRE(disk->cut_under(writer, progress));
        REQUIRE(disk->restore_power());
        const Judgement judgement = judge(store, progress);
        CHECK_MESSAGE(judgement.is_good(), judgement.text());
    }
    CHECK(progress.acknowledged > 0);
}

TEST_CASE("Power cuts, SQLite: settings that sync less lose acknowledged rows (negative control).") {
    const auto disk = LoopDisk::create(disk_megabytes);
    if (!disk) return;
    CHECK(lost_rows(*disk, "NORMAL") > 0);
    CHECK(lost_rows(*disk, "OFF") > 0);
    CHECK(lost_rows(*disk, "FULL") == 0);
}

} // namespace evenfold::tests::faults
