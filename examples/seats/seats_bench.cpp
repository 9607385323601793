#include <evenfold/bench/bench.hpp>
#include <evenfold/journal/sqlite/sqlite_journal.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>

#include "seats.hpp"

namespace {

using namespace seats;
namespace bench = evenfold::bench;
namespace journals = evenfold::journal;

/// Generates commands for five hundred shows with three hundred seats each.
Seats::Command random_command(evenfold::testing::ChoiceSource& source, const House& house) {
    const std::size_t number = source.below(500);
    const ShowId show{{{static_cast<std::uint8_t>(1 + number % 250), static_cast<std::uint8_t>(number / 250)}}};
    if (!house.shows.contains(show)) return OpenShow{.show = show, .seats = 300};
    const auto seat = static_cast<std::uint32_t>(1 + source.below(300));
    if (source.chance(30)) return CancelReservation{.show = show, .seat = seat};
    return Reserve{.show = show, .seat = seat, .guest = "guest " + std::to_string(seat)};
}

/// The house in containers of the standard library, for comparison.
struct Ledger {
    struct Page {
        std::uint32_t seats = 0;
        bool closed = false;
        std::map<std::uint32_t, std::string> taken;
    };
    std::map<ShowId, Page> pages;
};

Ledger project_in_maps(Ledger ledger, const Seats::Event& event) {
    if (const auto* opened = std::get_if<ShowOpened>(&event)) ledger.pages[opened->show].seats = opened->seats;
    if (const auto* reserved = std::get_if<SeatReserved>(&event))
        ledger.pages[reserved->show].taken[reserved->seat] = reserved->guest;
    if (const auto* freed = std::get_if<SeatFreed>(&event)) ledger.pages[freed->show].taken.erase(freed->seat);
    if (const auto* closed = std::get_if<ShowClosed>(&event)) ledger.pages[closed->show].closed = true;
    return ledger;
}

/// Converts the state of a ledger to a house.
House house_of(const Ledger& ledger) {
    House house{};
    for (const auto& [id, page] : ledger.pages) {
        Show& show = house.shows.insert({.id = id, .seats = page.seats, .closed = page.closed, .taken = {}});
        for (const auto& [seat, guest] : page.taken) show.taken.insert({.id = seat, .guest = guest});
    }
    return house;
}

/// Measures the projection over the events of a journal.
int measure_journal(const char* file) {
    const auto journal = journals::open_sqlite_journal(file, journals::Access::read_only, {.domain = "seats"});
    if (!journal) return std::fprintf(stderr, "%s\n", journal.error().what.c_str()), 1;
    const auto report = bench::measure_replay<Seats>(**journal);
    if (!report) return std::fprintf(stderr, "%s\n", report.error().what.c_str()), 1;
    bench::print(*report);
    return 0;
}

} // namespace

int main(int count, char** words) {
    const std::size_t events = count > 1 ? std::strtoull(words[1], nullptr, 10) : 200'000;

    const auto log = bench::generate_log<Seats>(events, 42, random_command);
    const auto report = bench::measure(log);
    bench::print(report);

    const auto comparison = bench::compare(log, bench::projection<Ledger>("std::map", project_in_maps, house_of));
    if (!comparison) return std::fprintf(stderr, "%s\n", bench::to_text(comparison.error()).c_str()), 1;
    std::puts("");
    bench::print(*comparison);

    std::ofstream("seats.html") << bench::page(report);
    std::ofstream("seats.json") << bench::to_json(report);
    return count > 2 ? measure_journal(words[2]) : 0;
}
