// Events that are missing before those that opening checks are reported by whoever reads them.
#include "evenfold/tests/journal/identity/sample.hpp"

namespace evenfold::journal::sample {

namespace {

using contract::batch;

/// Makes a journal of streams "a" and "b", followed by more events than opening checks.
void make_with_gap_room(const path& file) {
    const auto journal = open_sqlite_journal(file, Access::create);
    REQUIRE(journal);
    REQUIRE((*journal)->append(std::vector{batch(1, {"a", "b"}), batch(2, {"a"})}, 0));
    for (std::uint64_t number = 3; number < 33; ++number)
        REQUIRE((*journal)->append(std::vector{batch(number, {"c"})}, std::nullopt));
}

} // namespace

TEST_CASE("SqliteJournal: a missing table or event is damage, reported with its position.") {
    const ScratchFolder folder;
    const path file = folder / "journal.db";
    make_with_gap_room(file);
    REQUIRE(run_sql(file, "DROP TRIGGER events_refuse_DELETE; DELETE FROM events WHERE sequence = 2") == SQLITE_OK);
    {
        const auto journal = open_sqlite_journal(file, Access::read_only);
        REQUIRE(journal);
        for (const bool payload_only : {false, true}) {
            for (const Direction direction : {Direction::forward, Direction::backward}) {
                const auto failure =
                    contract::failure_of(**journal, {.direction = direction, .payload_only = payload_only});
                REQUIRE(failure);
                CHECK(failure->kind == FailureKind::damaged);
                CHECK(failure->what.find("event 2 is missing") != std::string::npos);
            }
        }
        CHECK_FALSE(contract::failure_of(**journal, {.at_most = 1}));
        CHECK_FALSE(contract::failure_of(**journal, {.from = 3}));
    }
    REQUIRE(run_sql(file, "DROP TABLE receipts") == SQLITE_OK);
    CHECK(open_sqlite_journal(file, Access::read_write).error().kind == FailureKind::damaged);
}

TEST_CASE("SqliteJournal: an event that is missing in a stream is damage in both directions.") {
    const ScratchFolder folder;
    const path file = folder / "journal.db";
    make_with_gap_room(file);
    REQUIRE(run_sql(file, "DROP TRIGGER events_refuse_DELETE; DELETE FROM events WHERE sequence = 1") == SQLITE_OK);
    const auto journal = open_sqlite_journal(file, Access::read_only);
    REQUIRE(journal);
    for (const bool payload_only : {false, true}) {
        for (const Direction direction : {Direction::forward, Direction::backward}) {
            const auto failure =
                contract::failure_of(**journal, {.direction = direction, .stream = "a", .payload_only = payload_only});
            REQUIRE(failure);
            CHECK(failure->kind == FailureKind::damaged);
            CHECK(failure->what.find("version 1 of a stream is missing") != std::string::npos);
        }
    }
    CHECK_FALSE(contract::failure_of(**journal, {.stream = "b"}));
}

} // namespace evenfold::journal::sample
