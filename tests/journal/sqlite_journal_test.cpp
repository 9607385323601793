#include "evenfold/journal/sqlite/sqlite_journal.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <thread>

#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/contracts/journal_contract.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::journal {

namespace {

class SqliteHome final : public contract::Home {
public:
    SqliteHome() { (void)reopen(); }

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

TEST_CASE("SqliteJournal: keeps the contract of a journal.") {
    for (const contract::Rule& rule : contract::rules()) {
        CAPTURE(rule.sentence);
        CHECK(rule.violations([] { return std::make_unique<SqliteHome>(); }) == contract::Violations{});
    }
}

TEST_CASE("SqliteJournal: a journal opened twice in one process reads what the other one appended.") {
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

TEST_CASE("SqliteJournal: a held journal keeps out the journals of other openers, and other threads, as busy.") {
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

TEST_CASE("SqliteJournal: promises to survive a loss of power.") {
    SqliteHome home;
    CHECK(home.journal().durability() == Durability::power);
}

} // namespace evenfold::journal
