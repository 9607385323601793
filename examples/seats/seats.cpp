#include "seats.hpp"

#include <evenfold/core/reflection/shape_of.hpp>

namespace seats {
namespace {

using Decision = Seats::Decision;

std::unexpected<Seats::Error> no(Seats::Error error) {
    return std::unexpected(std::move(error));
}

Decision on(const OpenShow& ask, const House& house) {
    if (house.shows.contains(ask.show)) return no(ShowExists{ask.show});
    return std::vector<Seats::Event>{ShowOpened{.show = ask.show, .seats = ask.seats}};
}

Decision on(const Reserve& ask, const House& house) {
    const Show* show = house.shows.find(ask.show);
    if (!show) return no(NoSuchShow{ask.show});
    if (show->closed) return no(DoorsAreClosed{ask.show});
    if (ask.seat == 0 || ask.seat > show->seats) return no(NoSuchSeat{show->seats});
    if (const Seat* taken = show->taken.find(ask.seat)) return no(SeatTaken{taken->guest});
    return std::vector<Seats::Event>{SeatReserved{.show = ask.show, .seat = ask.seat, .guest = ask.guest}};
}

Decision on(const GiveBack& ask, const House& house) {
    const Show* show = house.shows.find(ask.show);
    if (!show) return no(NoSuchShow{ask.show});
    if (show->closed) return no(DoorsAreClosed{ask.show});
    if (!show->taken.contains(ask.seat)) return no(SeatFree{ask.seat});
    return std::vector<Seats::Event>{SeatFreed{.show = ask.show, .seat = ask.seat}};
}

Decision on(const CloseShow& ask, const House& house) {
    const Show* show = house.shows.find(ask.show);
    if (!show) return no(NoSuchShow{ask.show});
    if (show->closed) return std::vector<Seats::Event>{}; // no events: it is already closed
    return std::vector<Seats::Event>{ShowClosed{ask.show}};
}

void on(const ShowOpened& event, House& house) {
    house.shows.insert({.id = event.show, .seats = event.seats, .closed = false, .taken = {}});
}

void on(const SeatReserved& event, House& house) {
    if (Show* show = house.shows.find(event.show)) show->taken.insert({.id = event.seat, .guest = event.guest});
}

void on(const SeatFreed& event, House& house) {
    if (Show* show = house.shows.find(event.show)) show->taken.erase(event.seat);
}

void on(const ShowClosed& event, House& house) {
    if (Show* show = house.shows.find(event.show)) show->closed = true;
}

} // namespace

Decision Seats::decide(const Command& command, const House& house) {
    return std::visit([&](const auto& ask) { return on(ask, house); }, command);
}

House Seats::project(House house, const Event& event) {
    std::visit([&](const auto& happened) { on(happened, house); }, event);
    return house;
}

} // namespace seats

template const evenfold::Shape& evenfold::shape_of<seats::Seats::Command>();
template const evenfold::Shape& evenfold::shape_of<seats::Seats::Event>();
template const evenfold::Shape& evenfold::shape_of<seats::Seats::Error>();
template const evenfold::Shape& evenfold::shape_of<seats::House>();
