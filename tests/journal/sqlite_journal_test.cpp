#include "evenfold/journal/sqlite/sqlite_journal.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <thread>

#include "evenfold/storage/sqlite/database.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/contracts/journal_contract.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::journal {

namespace {

class SqliteFixture final : public contract::JournalFixture {
public:
    SqliteFixture() { (void)reopen(); }

    Journal& journal() override { return *journal_; }

    bool reopen() override {
        journal_.reset();
        auto opened = open_sqlite_journal(folder_ / "journal.db", Access::create);
        if (opened) journal_ = std::move(*opened);
        return opened.has_value();
    }

private:
    ScratchFolder folder_;
    std::unique_ptr<Journal> journal_;
};

} // namespace

TEST_CASE("SqliteJournal: satisfies the journal contract.") {
    for (const contract::Rule& rule : contract::rules()) {
        CAPTURE(rule.sentence);
        CHECK(rule.violations([] { return std::make_unique<SqliteFixture>(); }) == contract::Violations{});
    }
}

TEST_CASE("SqliteJournal: two journals on one file in one process read each other's appends.") {
    const ScratchFolder folder;
    const auto one = open_sqlite_journal(folder / "journal.db", Access::create);
    const auto other = open_sqlite_journal(folder / "journal.db", Access::read_write);
    const auto reader = open_sqlite_journal(folder / "journal.db", Access::read_only);
    REQUIRE(one);
    REQUIRE(other);
    REQUIRE(reader);
    REQUIRE((*one)->append(std::vector{contract::batch(1, {"a"})}, 0));
    REQUIRE((*other)->append(std::vector{contract::batch(2, {"a"})}, 1));
    CHECK((*one)->head() == 2);
    CHECK((*reader)->head() == 2);
    CHECK((*reader)->wait(1, std::chrono::minutes(2)) == 2);
    const auto refused = (*reader)->append(std::vector{contract::batch(3, {"a"})}, 2);
    REQUIRE(!refused);
    CHECK(std::get<Failure>(refused.error()).kind == FailureKind::read_only);
}

TEST_CASE("SqliteJournal: an open cursor blocks neither checkpoints nor VACUUM between two pages.") {
    const ScratchFolder folder;
    const auto file = folder / "journal.db";
    const auto journal = open_sqlite_journal(file, Access::create);
    REQUIRE(journal);
    const auto append = [&](std::uint64_t number) {
        REQUIRE((*journal)->append(std::vector{contract::batch(number, {"a", "b"})}, std::nullopt));
    };
    append(1);
    const auto other =
        storage::sqlite::Database::open(file, storage::sqlite::OpenMode::write, std::chrono::milliseconds(0));
    REQUIRE(other);
    const auto is_busy = [&] { return other->number("PRAGMA wal_checkpoint(TRUNCATE)"); }; // 1: there is a reader
    for (const Direction direction : {Direction::forward, Direction::backward}) {
        for (const auto& stream : {std::optional<std::string>(), std::optional<std::string>("a")}) {
            for (const bool payload_only : {false, true}) {
                const auto cursor = (*journal)->open_cursor(
                    {.at_most = 2, .direction = direction, .stream = stream, .payload_only = payload_only});
                REQUIRE(cursor);
                EventPage page({.events = 1});
                while ((*cursor)->next(page).value()) {
                    append((*journal)->head().value());
                    CHECK(is_busy() == 0);
                    CHECK(other->execute("VACUUM"));
                }
            }
        }
    }
    // Negative control: a reader that keeps its statement open is detected.
    const auto reader =
        storage::sqlite::Database::open(file, storage::sqlite::OpenMode::read, std::chrono::milliseconds(0));
    REQUIRE(reader);
    storage::sqlite::Statement rows = reader->prepare("SELECT sequence FROM events");
    CHECK(rows.step() == SQLITE_ROW);
    append(1000);
    CHECK(is_busy() == 1);
}

TEST_CASE("SqliteJournal: during a hold, appends of other openers and other threads fail as busy.") {
    const ScratchFolder folder;
    const std::chrono::milliseconds wait(20);
    const auto one = open_sqlite_journal(folder / "journal.db", Access::create, {.lock_wait = wait});
    const auto other = open_sqlite_journal(folder / "journal.db", Access::read_write, {.lock_wait = wait});
    REQUIRE(one);
    REQUIRE(other);
    const auto kind_of_append = [](Journal& journal, std::uint64_t number) {
        const auto receipts = journal.append(std::vector{contract::batch(number, {"a"})}, std::nullopt);
        return receipts ? std::optional<FailureKind>() : std::get<Failure>(receipts.error()).kind;
    };
    {
        const auto hold = (*one)->hold();
        REQUIRE(hold);
        CHECK(kind_of_append(**other, 1) == FailureKind::busy);
        std::optional<FailureKind> kind;
        std::thread([&] { kind = kind_of_append(**one, 2); }).join();
        CHECK(kind == FailureKind::busy);
        const auto second = (*other)->hold();
        REQUIRE(!second);
        CHECK(second.error().kind == FailureKind::busy);
        CHECK(!kind_of_append(**one, 3));
        CHECK((*other)->head() == 1);
    }
    CHECK(!kind_of_append(**other, 1));
    const auto reader = open_sqlite_journal(folder / "journal.db", Access::read_only);
    REQUIRE(reader);
    const auto refused = (*reader)->hold();
    REQUIRE(!refused);
    CHECK(refused.error().kind == FailureKind::read_only);
}

TEST_CASE("SqliteJournal: reports that its events survive a loss of power.") {
    SqliteFixture fixture;
    CHECK(fixture.journal().durability() == Durability::power);
}

} // namespace evenfold::journal
