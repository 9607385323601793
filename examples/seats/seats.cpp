#include "seats.hpp"

#include <evenfold/core/reflection/shape_of.hpp>

namespace seats {
namespace {

using Decision = Seats::Decision;

std::unexpected<Seats::Error> reject(Seats::Error error) {
    return std::unexpected(std::move(error));
}

Decision on(const OpenShow& command, const House& house) {
    if (house.shows.contains(command.show)) return reject(ShowExists{command.show});
    return std::vector<Seats::Event>{ShowOpened{.show = command.show, .seats = command.seats}};
}

Decision on(const Reserve& command, const House& house) {
    const Show* show = house.shows.find(command.show);
    if (!show) return reject(NoSuchShow{command.show});
    if (show->closed) return reject(DoorsAreClosed{command.show});
    if (command.seat == 0 || command.seat > show->seats) return reject(NoSuchSeat{show->seats});
    if (const Seat* taken = show->taken.find(command.seat)) return reject(SeatTaken{taken->guest});
    return std::vector<Seats::Event>{SeatReserved{.show = command.show, .seat = command.seat, .guest = command.guest}};
}

Decision on(const CancelReservation& command, const House& house) {
    const Show* show = house.shows.find(command.show);
    if (!show) return reject(NoSuchShow{command.show});
    if (show->closed) return reject(DoorsAreClosed{command.show});
    if (!show->taken.contains(command.seat)) return reject(SeatFree{command.seat});
    return std::vector<Seats::Event>{SeatFreed{.show = command.show, .seat = command.seat}};
}

Decision on(const CloseShow& command, const House& house) {
    const Show* show = house.shows.find(command.show);
    if (!show) return reject(NoSuchShow{command.show});
    if (show->closed) return std::vector<Seats::Event>{}; // no events: it is already closed
    return std::vector<Seats::Event>{ShowClosed{command.show}};
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
    return std::visit([&](const auto& one) { return on(one, house); }, command);
}

House Seats::project(House house, const Event& event) {
    std::visit([&](const auto& one) { on(one, house); }, event);
    return house;
}

} // namespace seats

template const evenfold::Shape& evenfold::shape_of<seats::Seats::Command>();
template const evenfold::Shape& evenfold::shape_of<seats::Seats::Event>();
template const evenfold::Shape& evenfold::shape_of<seats::Seats::Error>();
template const evenfold::Shape& evenfold::shape_of<seats::House>();
