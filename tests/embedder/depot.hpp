/// A domain as an embedder writes it: sites have shelves, shelves have lots, lots are reserved and moved.
/// Shape: 16 commands, 17 events, four levels of entities. tools/build_times watches how long its tests compile.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "evenfold/core/containers/set.hpp"
#include "evenfold/core/containers/table.hpp"
#include "evenfold/core/domain.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/id.hpp"
#include "evenfold/core/values/instant.hpp"

#define EVENFOLD_EQ(T) friend bool operator==(const T&, const T&) = default

// clang-format off: one or two lines per type
namespace depot {

using SiteId = evenfold::Id<struct SiteTag>;
using ShelfId = evenfold::Id<struct ShelfTag>;
using LotId = evenfold::Id<struct LotTag>;
using ReservationId = evenfold::Id<struct ReservationTag>;
using TransferId = evenfold::Id<struct TransferTag>;
using evenfold::Instant;

enum class Climate { ambient, chilled, frozen };
enum class Reason { counted, damaged, found };
enum class Phase { open, finished, aborted };

struct Geo { EVENFOLD_STRUCT(Geo, (std::int32_t, lat_micro), (std::int32_t, lon_micro)); EVENFOLD_EQ(Geo); };
struct Address { EVENFOLD_STRUCT(Address, (std::string, street), (std::string, city),
    (std::optional<Geo>, geo)); EVENFOLD_EQ(Address); };
struct Mark { EVENFOLD_STRUCT(Mark, (std::string, key), (std::string, value)); EVENFOLD_EQ(Mark); };
struct Box3 { EVENFOLD_STRUCT(Box3, (std::uint32_t, w), (std::uint32_t, h), (std::uint32_t, d)); EVENFOLD_EQ(Box3); };
struct Loose { EVENFOLD_STRUCT(Loose, (std::uint32_t, grams)); EVENFOLD_EQ(Loose); };
using Packing = std::variant<Box3, Loose>;

// commands
struct OpenSite { EVENFOLD_STRUCT(OpenSite, (SiteId, site), (std::string, name), (Climate, climate),
    (std::optional<Address>, address)); EVENFOLD_EQ(OpenSite); };
struct RenameSite { EVENFOLD_STRUCT(RenameSite, (SiteId, site), (std::string, name)); EVENFOLD_EQ(RenameSite); };
struct CloseSite { EVENFOLD_STRUCT(CloseSite, (SiteId, site)); EVENFOLD_EQ(CloseSite); };
struct BuildShelf { EVENFOLD_STRUCT(BuildShelf, (ShelfId, shelf), (SiteId, site),
    (std::uint32_t, capacity)); EVENFOLD_EQ(BuildShelf); };
struct RemoveShelf { EVENFOLD_STRUCT(RemoveShelf, (ShelfId, shelf)); EVENFOLD_EQ(RemoveShelf); };
struct ReceiveLot { EVENFOLD_STRUCT(ReceiveLot, (LotId, lot), (ShelfId, shelf), (std::string, sku),
    (std::uint32_t, quantity), (std::optional<Instant>, expires), (std::vector<Mark>, marks),
    (Packing, packing)); EVENFOLD_EQ(ReceiveLot); };
struct AdjustLot { EVENFOLD_STRUCT(AdjustLot, (LotId, lot), (std::int32_t, delta),
    (Reason, reason)); EVENFOLD_EQ(AdjustLot); };
struct DiscardLot { EVENFOLD_STRUCT(DiscardLot, (LotId, lot)); EVENFOLD_EQ(DiscardLot); };
struct ReserveLot { EVENFOLD_STRUCT(ReserveLot, (ReservationId, reservation), (LotId, lot),
    (std::uint32_t, quantity), (std::string, customer), (Instant, until)); EVENFOLD_EQ(ReserveLot); };
struct Release { EVENFOLD_STRUCT(Release, (ReservationId, reservation)); EVENFOLD_EQ(Release); };
struct Ship { EVENFOLD_STRUCT(Ship, (ReservationId, reservation)); EVENFOLD_EQ(Ship); };
struct ExpireDue { EVENFOLD_STRUCT(ExpireDue, (Instant, now)); EVENFOLD_EQ(ExpireDue); };
struct BeginTransfer { EVENFOLD_STRUCT(BeginTransfer, (TransferId, transfer), (LotId, lot), (ShelfId, to),
    (std::uint32_t, quantity)); EVENFOLD_EQ(BeginTransfer); };
struct LogTransfer { EVENFOLD_STRUCT(LogTransfer, (TransferId, transfer), (std::uint32_t, chunk),
    (std::string, text)); EVENFOLD_EQ(LogTransfer); };
struct FinishTransfer { EVENFOLD_STRUCT(FinishTransfer, (TransferId, transfer),
    (LotId, arrived)); EVENFOLD_EQ(FinishTransfer); };
struct AbortTransfer { EVENFOLD_STRUCT(AbortTransfer, (TransferId, transfer),
    (std::string, reason)); EVENFOLD_EQ(AbortTransfer); };

// events
struct SiteOpened { EVENFOLD_STRUCT(SiteOpened, (SiteId, site), (std::string, name), (Climate, climate),
    (std::optional<Address>, address)); EVENFOLD_EQ(SiteOpened); };
struct SiteRenamed { EVENFOLD_STRUCT(SiteRenamed, (SiteId, site), (std::string, name)); EVENFOLD_EQ(SiteRenamed); };
struct SiteClosed { EVENFOLD_STRUCT(SiteClosed, (SiteId, site)); EVENFOLD_EQ(SiteClosed); };
struct ShelfBuilt { EVENFOLD_STRUCT(ShelfBuilt, (ShelfId, shelf), (SiteId, site),
    (std::uint32_t, capacity)); EVENFOLD_EQ(ShelfBuilt); };
struct ShelfRemoved { EVENFOLD_STRUCT(ShelfRemoved, (ShelfId, shelf)); EVENFOLD_EQ(ShelfRemoved); };
struct LotReceived { EVENFOLD_STRUCT(LotReceived, (LotId, lot), (ShelfId, shelf), (std::string, sku),
    (std::uint32_t, quantity), (std::optional<Instant>, expires), (std::vector<Mark>, marks),
    (Packing, packing)); EVENFOLD_EQ(LotReceived); };
struct LotAdjusted { EVENFOLD_STRUCT(LotAdjusted, (LotId, lot), (std::int32_t, delta),
    (Reason, reason)); EVENFOLD_EQ(LotAdjusted); };
struct LotDiscarded { EVENFOLD_STRUCT(LotDiscarded, (LotId, lot)); EVENFOLD_EQ(LotDiscarded); };
struct LotExpired { EVENFOLD_STRUCT(LotExpired, (LotId, lot)); EVENFOLD_EQ(LotExpired); };
struct LotReserved { EVENFOLD_STRUCT(LotReserved, (ReservationId, reservation), (LotId, lot),
    (std::uint32_t, quantity), (std::string, customer), (Instant, until)); EVENFOLD_EQ(LotReserved); };
struct ReservationReleased { EVENFOLD_STRUCT(ReservationReleased,
    (ReservationId, reservation)); EVENFOLD_EQ(ReservationReleased); };
struct ReservationShipped { EVENFOLD_STRUCT(ReservationShipped,
    (ReservationId, reservation)); EVENFOLD_EQ(ReservationShipped); };
struct ReservationLapsed { EVENFOLD_STRUCT(ReservationLapsed,
    (ReservationId, reservation)); EVENFOLD_EQ(ReservationLapsed); };
struct TransferBegun { EVENFOLD_STRUCT(TransferBegun, (TransferId, transfer), (LotId, lot), (ShelfId, to),
    (std::uint32_t, quantity)); EVENFOLD_EQ(TransferBegun); };
struct TransferLogged { EVENFOLD_STRUCT(TransferLogged, (TransferId, transfer), (std::uint32_t, chunk),
    (std::string, text)); EVENFOLD_EQ(TransferLogged); };
struct TransferFinished { EVENFOLD_STRUCT(TransferFinished, (TransferId, transfer),
    (LotId, arrived)); EVENFOLD_EQ(TransferFinished); };
struct TransferAborted { EVENFOLD_STRUCT(TransferAborted, (TransferId, transfer),
    (std::string, reason)); EVENFOLD_EQ(TransferAborted); };

// errors
struct Missing { EVENFOLD_STRUCT(Missing, (std::string, what)); EVENFOLD_EQ(Missing); };
struct Exists { EVENFOLD_STRUCT(Exists, (std::string, what)); EVENFOLD_EQ(Exists); };
struct TooMuch { EVENFOLD_STRUCT(TooMuch, (std::uint64_t, free)); EVENFOLD_EQ(TooMuch); };
struct Invalid { EVENFOLD_STRUCT(Invalid, (std::string, why)); EVENFOLD_EQ(Invalid); };
struct Gap { EVENFOLD_STRUCT(Gap, (std::uint32_t, expected)); EVENFOLD_EQ(Gap); };
struct Done { EVENFOLD_STRUCT(Done, (Phase, phase)); EVENFOLD_EQ(Done); };

// model
struct Site { EVENFOLD_STRUCT(Site, (SiteId, id), (std::string, name), (Climate, climate),
    (std::optional<Address>, address)); EVENFOLD_EQ(Site); };
struct Shelf { EVENFOLD_STRUCT(Shelf, (ShelfId, id), (SiteId, site), (std::uint32_t, capacity),
    (std::uint64_t, used)); EVENFOLD_EQ(Shelf); };
struct Lot { EVENFOLD_STRUCT(Lot, (LotId, id), (ShelfId, shelf), (std::string, sku), (std::uint32_t, quantity),
    (std::uint32_t, held), (std::optional<Instant>, expires), (std::vector<Mark>, marks),
    (Packing, packing)); EVENFOLD_EQ(Lot); };
struct Reservation { EVENFOLD_STRUCT(Reservation, (ReservationId, id), (LotId, lot), (std::uint32_t, quantity),
    (std::string, customer), (Instant, until)); EVENFOLD_EQ(Reservation); };
struct Transfer { EVENFOLD_STRUCT(Transfer, (TransferId, id), (LotId, lot), (ShelfId, to),
    (std::uint32_t, quantity), (Phase, phase), (std::string, log),
    (std::uint32_t, next_chunk)); EVENFOLD_EQ(Transfer); };
struct Stock { EVENFOLD_STRUCT(Stock, (std::string, id), (std::uint64_t, quantity)); EVENFOLD_EQ(Stock); };
struct Depot {
    EVENFOLD_STRUCT(Depot, (evenfold::Table<Site>, sites), (evenfold::Table<Shelf>, shelves),
    (evenfold::Table<Lot>, lots),
                    (evenfold::Table<Reservation>, reservations), (evenfold::Table<Transfer>, transfers),
                    (evenfold::Table<Stock>, stock), (evenfold::Set<LotId>, gone), (std::optional<Instant>, clock));
    EVENFOLD_EQ(Depot);
};

struct Domain {
    using Command = std::variant<OpenSite, RenameSite, CloseSite, BuildShelf, RemoveShelf, ReceiveLot, AdjustLot,
    DiscardLot,
                                 ReserveLot, Release, Ship, ExpireDue, BeginTransfer, LogTransfer, FinishTransfer,
    AbortTransfer>;
    using Event = std::variant<SiteOpened, SiteRenamed, SiteClosed, ShelfBuilt, ShelfRemoved, LotReceived,
    LotAdjusted, LotDiscarded,
                               LotExpired, LotReserved, ReservationReleased, ReservationShipped, ReservationLapsed,
    TransferBegun,
                               TransferLogged, TransferFinished, TransferAborted>;
    using Error = std::variant<Missing, Exists, TooMuch, Invalid, Gap, Done>;
    using Model = Depot;
    using Decision = std::expected<std::vector<Event>, Error>;
    static Decision decide(const Command&, const Depot&);
    static Depot project(Depot, const Event&);
};

} // namespace depot
// clang-format on
