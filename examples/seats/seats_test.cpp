#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <evenfold/core/reflection/shape_of.hpp>
#include <evenfold/journal/sqlite/sqlite_journal.hpp>
#include <evenfold/testing/doctest.hpp>

#include <filesystem>
#include <set>

#include "seats.hpp"

namespace seats {
namespace {

using namespace evenfold::testing;

const ShowId tonight{id("7e57ab1e-0000-4000-8000-000000000001")};

/// A seat has one guest at a time: it is reserved again only after it was released.
Verdict one_guest_a_seat(const History<Seats>& history) {
    std::set<std::pair<ShowId, std::uint32_t>> taken;
    for (const Seats::Event& event : history.events()) {
        if (const auto* freed = std::get_if<SeatFreed>(&event)) taken.erase({freed->show, freed->seat});
        const auto* reserved = std::get_if<SeatReserved>(&event);
        if (reserved && !taken.insert({reserved->show, reserved->seat}).second)
            return breaks("seat " + std::to_string(reserved->seat) + " was reserved twice");
    }
    return holds();
}

std::vector<Law<Seats>> laws() {
    return {{"one-guest-a-seat", "a seat has one guest at a time", one_guest_a_seat}};
}

/// A journal in a file in the current folder: `make` creates a new one, `reopen` opens it again.
JournalKind sqlite() {
    using namespace evenfold::journal;
    const auto open = [](Access access) -> std::unique_ptr<Journal> {
        auto opened = open_sqlite_journal("seats_test.db", access, {.domain = "seats"});
        return opened ? std::move(*opened) : nullptr;
    };
    return {.name = "SQLite",
            .make =
                [=] {
                    for (const char* part : {"", "-wal", "-shm", "-lock"})
                        std::filesystem::remove(std::string("seats_test.db") + part);
                    return open(Access::create);
                },
            .reopen =
                [=](std::unique_ptr<Journal> closing) {
                    closing.reset();
                    return open(Access::read_write);
                }};
}

} // namespace

TEST_CASE("Seats: a seat is reserved at most once.") {
    CHECK_SCENARIO(given<Seats>({ShowOpened{.show = tonight, .seats = 2}})
                       .when(Reserve{.show = tonight, .seat = 1, .guest = "Ada"})
                       .then(SeatReserved{.show = tonight, .seat = 1, .guest = "Ada"}));
    CHECK_SCENARIO(given<Seats>({ShowOpened{.show = tonight, .seats = 2},
                                 SeatReserved{.show = tonight, .seat = 1, .guest = "Ada"}})
                       .when(Reserve{.show = tonight, .seat = 1, .guest = "Grace"})
                       .then_error(SeatTaken{"Ada"}));
    CHECK_SCENARIO(given<Seats>({ShowOpened{.show = tonight, .seats = 2}, ShowClosed{tonight}})
                       .when(Reserve{.show = tonight, .seat = 1, .guest = "Ada"})
                       .then_error(DoorsAreClosed{tonight}));
}

TEST_CASE("Seats: the laws of every domain hold, and one of this domain.") {
    Search<Seats> search;
    search.laws = laws_of<Seats>(laws());
    CHECK_LAWS(Seats, search);
}

TEST_CASE("Seats: the SQLite journal returns the events that were appended.") {
    Search<Seats> search;
    search.laws = {journals_agree<Seats>({sqlite()})};
    search.effort = from_environment({.seed = 1, .cases = 10}); // few, because each is written to disk
    CHECK_LAWS(Seats, search);
}

} // namespace seats
