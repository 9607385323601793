/// A domain of theatre seats: guests reserve seats of a show and cancel reservations until the show is closed.
/// Shape: plain data and two pure functions. evenfold provides everything else.
#pragma once

#include <evenfold/core/containers/set.hpp>
#include <evenfold/core/containers/table.hpp>
#include <evenfold/core/domain.hpp>
#include <evenfold/core/reflection/shape.hpp>
#include <evenfold/core/reflection/structure.hpp>

#include <variant>

namespace seats {

using ShowId = evenfold::Id<struct ShowTag>;

// Commands.

struct OpenShow {
    EVENFOLD_STRUCT(OpenShow, (ShowId, show), (std::uint32_t, seats));
    friend bool operator==(const OpenShow&, const OpenShow&) = default;
};
struct Reserve {
    EVENFOLD_STRUCT(Reserve, (ShowId, show), (std::uint32_t, seat), (std::string, guest));
    friend bool operator==(const Reserve&, const Reserve&) = default;
};
struct CancelReservation {
    EVENFOLD_STRUCT(CancelReservation, (ShowId, show), (std::uint32_t, seat));
    friend bool operator==(const CancelReservation&, const CancelReservation&) = default;
};
struct CloseShow {
    EVENFOLD_STRUCT(CloseShow, (ShowId, show));
    friend bool operator==(const CloseShow&, const CloseShow&) = default;
};

// Events.

struct ShowOpened {
    EVENFOLD_STRUCT(ShowOpened, (ShowId, show), (std::uint32_t, seats));
    friend bool operator==(const ShowOpened&, const ShowOpened&) = default;
};
struct SeatReserved {
    EVENFOLD_STRUCT(SeatReserved, (ShowId, show), (std::uint32_t, seat), (std::string, guest));
    friend bool operator==(const SeatReserved&, const SeatReserved&) = default;
};
struct SeatFreed {
    EVENFOLD_STRUCT(SeatFreed, (ShowId, show), (std::uint32_t, seat));
    friend bool operator==(const SeatFreed&, const SeatFreed&) = default;
};
struct ShowClosed {
    EVENFOLD_STRUCT(ShowClosed, (ShowId, show));
    friend bool operator==(const ShowClosed&, const ShowClosed&) = default;
};

// Rejections.

struct NoSuchShow {
    EVENFOLD_STRUCT(NoSuchShow, (ShowId, show));
    friend bool operator==(const NoSuchShow&, const NoSuchShow&) = default;
};
struct ShowExists {
    EVENFOLD_STRUCT(ShowExists, (ShowId, show));
    friend bool operator==(const ShowExists&, const ShowExists&) = default;
};
struct DoorsAreClosed {
    EVENFOLD_STRUCT(DoorsAreClosed, (ShowId, show));
    friend bool operator==(const DoorsAreClosed&, const DoorsAreClosed&) = default;
};
struct NoSuchSeat {
    EVENFOLD_STRUCT(NoSuchSeat, (std::uint32_t, seats));
    friend bool operator==(const NoSuchSeat&, const NoSuchSeat&) = default;
};
struct SeatTaken {
    EVENFOLD_STRUCT(SeatTaken, (std::string, guest));
    friend bool operator==(const SeatTaken&, const SeatTaken&) = default;
};
struct SeatFree {
    EVENFOLD_STRUCT(SeatFree, (std::uint32_t, seat));
    friend bool operator==(const SeatFree&, const SeatFree&) = default;
};

// The model.

struct Seat {
    EVENFOLD_STRUCT(Seat, (std::uint32_t, id), (std::string, guest));
    friend bool operator==(const Seat&, const Seat&) = default;
};
struct Show {
    EVENFOLD_STRUCT(Show, (ShowId, id), (std::uint32_t, seats), (bool, closed), (evenfold::Table<Seat>, taken));
    friend bool operator==(const Show&, const Show&) = default;
};
struct House {
    EVENFOLD_STRUCT(House, (evenfold::Table<Show>, shows));
    friend bool operator==(const House&, const House&) = default;
};

struct Seats {
    using Command = std::variant<OpenShow, Reserve, CancelReservation, CloseShow>;
    using Event = std::variant<ShowOpened, SeatReserved, SeatFreed, ShowClosed>;
    using Error = std::variant<NoSuchShow, ShowExists, DoorsAreClosed, NoSuchSeat, SeatTaken, SeatFree>;
    using Model = House;
    using Decision = std::expected<std::vector<Event>, Error>;

    static Decision decide(const Command& command, const House& house);
    static House project(House house, const Event& event);
};

} // namespace seats

// Instantiated in seats.cpp, so that no other file compiles them.
extern template const evenfold::Shape& evenfold::shape_of<seats::Seats::Command>();
extern template const evenfold::Shape& evenfold::shape_of<seats::Seats::Event>();
extern template const evenfold::Shape& evenfold::shape_of<seats::Seats::Error>();
extern template const evenfold::Shape& evenfold::shape_of<seats::House>();
