#include "evenfold/tests/embedder/depot.hpp"

#include <limits>

namespace depot {
namespace {

using Decision = Domain::Decision;
using Events = std::vector<Domain::Event>;
std::unexpected<Domain::Error> no(Domain::Error e) {
    return std::unexpected(std::move(e));
}

std::uint64_t free_of(const Lot& lot) {
    return lot.quantity - lot.held;
}

// ---- decide
Decision on(const OpenSite& c, const Depot& m) {
    if (m.sites.contains(c.site)) return no(Exists{"site"});
    if (c.name.empty()) return no(Invalid{"name"});
    return Events{SiteOpened{c.site, c.name, c.climate, c.address}};
}
Decision on(const RenameSite& c, const Depot& m) {
    const Site* s = m.sites.find(c.site);
    if (!s) return no(Missing{"site"});
    if (s->name == c.name) return Events{};
    return Events{SiteRenamed{c.site, c.name}};
}
Decision on(const CloseSite& c, const Depot& m) {
    if (!m.sites.contains(c.site)) return no(Missing{"site"});
    return Events{SiteClosed{c.site}};
}
Decision on(const BuildShelf& c, const Depot& m) {
    if (!m.sites.contains(c.site)) return no(Missing{"site"});
    if (m.shelves.contains(c.shelf)) return no(Exists{"shelf"});
    return Events{ShelfBuilt{c.shelf, c.site, c.capacity}};
}
Decision on(const RemoveShelf& c, const Depot& m) {
    if (!m.shelves.contains(c.shelf)) return no(Missing{"shelf"});
    return Events{ShelfRemoved{c.shelf}};
}
Decision on(const ReceiveLot& c, const Depot& m) {
    const Shelf* s = m.shelves.find(c.shelf);
    if (!s) return no(Missing{"shelf"});
    if (m.lots.contains(c.lot) || m.gone.contains(c.lot)) return no(Exists{"lot"});
    if (c.quantity == 0) return no(Invalid{"quantity"});
    if (s->used + c.quantity > s->capacity) return no(TooMuch{s->capacity - s->used});
    return Events{LotReceived{c.lot, c.shelf, c.sku, c.quantity, c.expires, c.marks, c.packing}};
}
Decision on(const AdjustLot& c, const Depot& m) {
    const Lot* l = m.lots.find(c.lot);
    if (!l) return no(Missing{"lot"});
    if (c.delta == 0) return Events{};
    const Shelf* s = m.shelves.find(l->shelf);
    if (!s) return no(Missing{"shelf"});
    const std::int64_t next = std::int64_t{l->quantity} + c.delta;
    if (next < std::int64_t{l->held} || next <= 0) return no(TooMuch{free_of(*l)});
    if (c.delta > 0 && s->used + static_cast<std::uint64_t>(c.delta) > s->capacity)
        return no(TooMuch{s->capacity - s->used});
    return Events{LotAdjusted{c.lot, c.delta, c.reason}};
}
Decision on(const DiscardLot& c, const Depot& m) {
    if (!m.lots.contains(c.lot)) return no(Missing{"lot"});
    return Events{LotDiscarded{c.lot}};
}
Decision on(const ReserveLot& c, const Depot& m) {
    const Lot* l = m.lots.find(c.lot);
    if (!l) return no(Missing{"lot"});
    if (m.reservations.contains(c.reservation)) return no(Exists{"reservation"});
    if (c.quantity == 0) return no(Invalid{"quantity"});
    if (c.quantity > free_of(*l)) return no(TooMuch{free_of(*l)});
    if (m.clock && c.until <= *m.clock) return no(Invalid{"until"});
    return Events{LotReserved{c.reservation, c.lot, c.quantity, c.customer, c.until}};
}
Decision on(const Release& c, const Depot& m) {
    if (!m.reservations.contains(c.reservation)) return no(Missing{"reservation"});
    return Events{ReservationReleased{c.reservation}};
}
Decision on(const Ship& c, const Depot& m) {
    if (!m.reservations.contains(c.reservation)) return no(Missing{"reservation"});
    return Events{ReservationShipped{c.reservation}};
}
Decision on(const ExpireDue& c, const Depot& m) {
    Events out;
    for (const Reservation* r : m.reservations.sorted())
        if (r->until <= c.now) out.push_back(ReservationLapsed{r->id});
    for (const Lot* l : m.lots.sorted())
        if (l->expires && *l->expires <= c.now) out.push_back(LotExpired{l->id});
    return out;
}
Decision on(const BeginTransfer& c, const Depot& m) {
    const Lot* l = m.lots.find(c.lot);
    if (!l) return no(Missing{"lot"});
    if (!m.shelves.contains(c.to)) return no(Missing{"shelf"});
    if (m.transfers.contains(c.transfer)) return no(Exists{"transfer"});
    if (c.quantity == 0) return no(Invalid{"quantity"});
    if (c.quantity > free_of(*l)) return no(TooMuch{free_of(*l)});
    return Events{TransferBegun{c.transfer, c.lot, c.to, c.quantity}};
}
Decision on(const LogTransfer& c, const Depot& m) {
    const Transfer* t = m.transfers.find(c.transfer);
    if (!t) return no(Missing{"transfer"});
    if (t->phase != Phase::open) return no(Done{t->phase});
    if (c.chunk != t->next_chunk) return no(Gap{t->next_chunk});
    return Events{TransferLogged{c.transfer, c.chunk, c.text}};
}
Decision on(const FinishTransfer& c, const Depot& m) {
    const Transfer* t = m.transfers.find(c.transfer);
    if (!t) return no(Missing{"transfer"});
    if (t->phase != Phase::open) return no(Done{t->phase});
    if (m.lots.contains(c.arrived) || m.gone.contains(c.arrived)) return no(Exists{"lot"});
    const Shelf* to = m.shelves.find(t->to);
    const Lot* lot = m.lots.find(t->lot);
    if (!to || !lot) return no(Missing{"end"});
    if (lot->shelf != t->to && to->used + t->quantity > to->capacity) return no(TooMuch{to->capacity - to->used});
    return Events{TransferFinished{c.transfer, c.arrived}};
}
Decision on(const AbortTransfer& c, const Depot& m) {
    const Transfer* t = m.transfers.find(c.transfer);
    if (!t) return no(Missing{"transfer"});
    if (t->phase != Phase::open) return Events{};
    return Events{TransferAborted{c.transfer, c.reason}};
}

// ---- project
void use(Depot& m, const ShelfId& shelf, std::int64_t delta) {
    if (Shelf* s = m.shelves.find(shelf))
        s->used = static_cast<std::uint64_t>(static_cast<std::int64_t>(s->used) + delta);
}
void count(Depot& m, const std::string& sku, std::int64_t delta) {
    Stock* s = m.stock.find(sku);
    if (!s) s = &m.stock.insert({.id = sku, .quantity = 0});
    s->quantity = static_cast<std::uint64_t>(static_cast<std::int64_t>(s->quantity) + delta);
    if (s->quantity == 0) m.stock.erase(sku);
}
void drop_lot(Depot& m, const LotId& id) {
    const Lot* l = m.lots.find(id);
    if (!l) return;
    for (const Reservation* r : m.reservations.sorted())
        if (r->lot == id) m.reservations.erase(ReservationId{r->id});
    for (const Transfer* t : m.transfers.sorted())
        if (t->lot == id && t->phase == Phase::open) m.transfers.find(t->id)->phase = Phase::aborted;
    use(m, l->shelf, -std::int64_t{l->quantity});
    count(m, std::string(l->sku), -std::int64_t{l->quantity});
    m.gone.insert(id);
    m.lots.erase(LotId{id});
}
void drop_shelf(Depot& m, const ShelfId& id) {
    for (const Lot* l : m.lots.sorted())
        if (l->shelf == id) drop_lot(m, LotId{l->id});
    for (const Transfer* t : m.transfers.sorted())
        if (t->to == id && t->phase == Phase::open) {
            if (Lot* l = m.lots.find(t->lot)) l->held -= t->quantity;
            m.transfers.find(t->id)->phase = Phase::aborted;
        }
    m.shelves.erase(ShelfId{id});
}

void on(const SiteOpened& e, Depot& m) {
    m.sites.insert({.id = e.site, .name = e.name, .climate = e.climate, .address = e.address});
}
void on(const SiteRenamed& e, Depot& m) {
    if (Site* s = m.sites.find(e.site)) s->name = e.name;
}
void on(const SiteClosed& e, Depot& m) {
    for (const Shelf* s : m.shelves.sorted())
        if (s->site == e.site) drop_shelf(m, ShelfId{s->id});
    m.sites.erase(e.site);
}
void on(const ShelfBuilt& e, Depot& m) {
    if (m.sites.contains(e.site)) m.shelves.insert({.id = e.shelf, .site = e.site, .capacity = e.capacity, .used = 0});
}
void on(const ShelfRemoved& e, Depot& m) {
    drop_shelf(m, e.shelf);
}
void add_lot(Depot& m, Lot lot) {
    if (!m.shelves.contains(lot.shelf) || m.lots.contains(lot.id)) return;
    use(m, lot.shelf, lot.quantity);
    count(m, lot.sku, lot.quantity);
    m.lots.insert(std::move(lot));
}
void on(const LotReceived& e, Depot& m) {
    add_lot(m, {.id = e.lot,
                .shelf = e.shelf,
                .sku = e.sku,
                .quantity = e.quantity,
                .held = 0,
                .expires = e.expires,
                .marks = e.marks,
                .packing = e.packing});
}
void on(const LotAdjusted& e, Depot& m) {
    Lot* l = m.lots.find(e.lot);
    if (!l) return;
    l->quantity = static_cast<std::uint32_t>(std::int64_t{l->quantity} + e.delta);
    use(m, l->shelf, e.delta);
    count(m, l->sku, e.delta);
}
void on(const LotDiscarded& e, Depot& m) {
    drop_lot(m, e.lot);
}
void on(const LotExpired& e, Depot& m) {
    drop_lot(m, e.lot);
}
void on(const LotReserved& e, Depot& m) {
    Lot* l = m.lots.find(e.lot);
    if (!l) return;
    l->held += e.quantity;
    m.reservations.insert(
        {.id = e.reservation, .lot = e.lot, .quantity = e.quantity, .customer = e.customer, .until = e.until});
}
void unreserve(Depot& m, const ReservationId& id, bool shipped) {
    const Reservation* r = m.reservations.find(id);
    if (!r) return;
    if (Lot* l = m.lots.find(r->lot)) {
        l->held -= r->quantity;
        if (shipped) {
            l->quantity -= r->quantity;
            use(m, l->shelf, -std::int64_t{r->quantity});
            count(m, l->sku, -std::int64_t{r->quantity});
        }
    }
    m.reservations.erase(ReservationId{id});
}
void on(const ReservationReleased& e, Depot& m) {
    unreserve(m, e.reservation, false);
}
void on(const ReservationShipped& e, Depot& m) {
    unreserve(m, e.reservation, true);
}
void on(const ReservationLapsed& e, Depot& m) {
    unreserve(m, e.reservation, false);
}
void on(const TransferBegun& e, Depot& m) {
    Lot* l = m.lots.find(e.lot);
    if (!l) return;
    l->held += e.quantity;
    m.transfers.insert({.id = e.transfer,
                        .lot = e.lot,
                        .to = e.to,
                        .quantity = e.quantity,
                        .phase = Phase::open,
                        .log = {},
                        .next_chunk = 0});
}
void on(const TransferLogged& e, Depot& m) {
    Transfer* t = m.transfers.find(e.transfer);
    if (!t) return;
    t->log += e.text;
    t->next_chunk = e.chunk + 1;
}
void on(const TransferFinished& e, Depot& m) {
    Transfer* t = m.transfers.find(e.transfer);
    if (!t || t->phase != Phase::open) return;
    t->phase = Phase::finished;
    Lot* from = m.lots.find(t->lot);
    if (!from) return;
    from->held -= t->quantity;
    from->quantity -= t->quantity;
    Lot part = *from;
    part.id = e.arrived;
    part.shelf = t->to;
    part.quantity = t->quantity;
    part.held = 0;
    use(m, from->shelf, -std::int64_t{t->quantity});
    count(m, from->sku, -std::int64_t{t->quantity});
    add_lot(m, std::move(part));
}
void on(const TransferAborted& e, Depot& m) {
    Transfer* t = m.transfers.find(e.transfer);
    if (!t || t->phase != Phase::open) return;
    t->phase = Phase::aborted;
    if (Lot* l = m.lots.find(t->lot)) l->held -= t->quantity;
}

} // namespace

Decision Domain::decide(const Command& command, const Depot& m) {
    return std::visit([&](const auto& c) { return on(c, m); }, command);
}
Depot Domain::project(Depot m, const Event& event) {
    std::visit([&](const auto& e) { on(e, m); }, event);
    return m;
}

} // namespace depot
