#include "evenfold/tests/embedder/faulty_depot.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstdlib>
#include <random>
#include <stdexcept>
#include <unordered_map>

#include "evenfold/core/reflection/shape_of.hpp"

namespace depot {
namespace {

using Decided = Domain::Decision;
using DepotEvents = std::vector<Domain::Event>;

std::int64_t clock_ms() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::unordered_map<LotId, const Lot*> lots_in_hash_order(const Depot& model) {
    std::unordered_map<LotId, const Lot*> lots;
    for (const Lot* lot : model.lots.sorted()) lots.emplace(lot->id, lot);
    return lots;
}

Decided expire_in_hash_order(const ExpireDue& command, const Depot& model) {
    DepotEvents events;
    for (const Reservation* reservation : model.reservations.sorted()) {
        if (reservation->until <= command.now) events.emplace_back(ReservationLapsed{reservation->id});
    }
    for (const auto& [id, lot] : lots_in_hash_order(model)) {
        if (lot->expires && *lot->expires <= command.now) events.emplace_back(LotExpired{id});
        if (!events.empty() && planted == Bug::lot_expires_in_hash_order) break;
    }
    return events;
}

/// Decides with the lot that was found last, if it is asked for again.
Decided reserve_from_cache(const ReserveLot& command, const Depot& model) {
    static std::optional<Lot> last;
    if (!last || last->id != command.lot) {
        const Lot* found = model.lots.find(command.lot);
        if (!found) return Domain::decide(command, model);
        last = *found;
    }
    Depot cached = model;
    cached.lots.erase(command.lot);
    cached.lots.insert(Lot(*last));
    return Domain::decide(command, cached);
}

template <class T>
const T* wanted(const Domain::Command& command, Bug bug) {
    return planted == bug ? std::get_if<T>(&command) : nullptr;
}
template <class T>
const T* happened(const Domain::Event& event, Bug bug) {
    return planted == bug ? std::get_if<T>(&event) : nullptr;
}

/// Returns the decision of the planted bug; nullopt if that of the correct depot is the same.
std::optional<Decided> wrong_decision(const Domain::Command& command, const Depot& model) {
    if (wanted<ExpireDue>(command, Bug::lots_expire_in_hash_order) ||
        wanted<ExpireDue>(command, Bug::lot_expires_in_hash_order))
        return expire_in_hash_order(std::get<ExpireDue>(command), model);
    if (const auto* reserve = wanted<ReserveLot>(command, Bug::decide_reads_the_clock);
        reserve && reserve->until.unix_ms <= clock_ms())
        return std::unexpected(Domain::Error(Invalid{"until"}));
    if (const auto* reserve = wanted<ReserveLot>(command, Bug::clock_is_kept_in_a_static)) {
        static const std::int64_t started_ms = clock_ms();
        if (reserve->until.unix_ms <= started_ms) return std::unexpected(Domain::Error(Invalid{"until"}));
    }
    if (const auto* reserve = wanted<ReserveLot>(command, Bug::decide_keeps_the_last_lot))
        return reserve_from_cache(*reserve, model);
    if (const auto* rename = wanted<RenameSite>(command, Bug::decide_throws_at_a_long_name);
        rename && rename->name.size() > 6)
        throw std::length_error("name");
    if (const auto* ship = wanted<Ship>(command, Bug::ships_what_is_not_reserved))
        return DepotEvents{ReservationShipped{ship->reservation}};
    if (const auto* abort = wanted<AbortTransfer>(command, Bug::abort_is_decided_by_address);
        abort && std::popcount(reinterpret_cast<std::uintptr_t>(&model)) % 2 == 1) // NOLINT(*-cast): the bug
        return DepotEvents{};
    if (const auto* receive = wanted<ReceiveLot>(command, Bug::shelf_holds_one_more)) {
        Depot larger = model;
        if (Shelf* shelf = larger.shelves.find(receive->shelf)) ++shelf->capacity;
        return Domain::decide(command, larger);
    }
    if (const auto* receive = wanted<ReceiveLot>(command, Bug::capacity_overflows)) {
        const Shelf* shelf = model.shelves.find(receive->shelf);
        if (shelf && static_cast<std::uint8_t>(shelf->used + receive->quantity) <= shelf->capacity) {
            Depot larger = model;
            larger.shelves.find(receive->shelf)->capacity = UINT32_MAX;
            return Domain::decide(command, larger);
        }
    }
    return std::nullopt;
}

/// Does what some bugs do before an adjustment is decided.
void spoil_adjustment(const AdjustLot& command, const Depot& model) {
    const Lot* lot = model.lots.find(command.lot);
    if (!lot) return;
    while (planted == Bug::decide_loops && command.delta == 3) asm volatile(""); // NOLINT(hicpp-no-assembler): endless
    if (planted == Bug::decide_changes_the_model && command.delta == 5)
        const_cast<Lot*>(lot)->held = 0; // NOLINT(*-const-cast): the bug
}

/// Folds the event as the planted bug does. Returns false if the correct depot does the same.
bool project_wrongly(Depot& model, const Domain::Event& event) {
    static int calls = 0;
    if (const auto* closed = happened<SiteClosed>(event, Bug::closed_site_keeps_its_shelves)) {
        model.sites.erase(closed->site);
        return true;
    }
    if (const auto* discarded = happened<LotDiscarded>(event, Bug::discarded_lot_keeps_its_reservations)) {
        model.lots.erase(discarded->lot);
        return true;
    }
    if (const auto* logged = happened<TransferLogged>(event, Bug::fourth_chunk_is_lost);
        logged && logged->chunk % 4 == 3) {
        if (Transfer* transfer = model.transfers.find(logged->transfer)) transfer->next_chunk = logged->chunk + 1;
        return true;
    }
    if (const auto* adjusted = happened<LotAdjusted>(event, Bug::project_throws_at_a_missing_lot);
        adjusted && !model.lots.contains(adjusted->lot))
        throw std::out_of_range("lot");
    if (const auto* adjusted = happened<LotAdjusted>(event, Bug::project_follows_a_null_pointer)) {
        volatile std::uint32_t& quantity = model.lots.find(adjusted->lot)->quantity;
        quantity = quantity + 0;
    }
    if (happened<LotDiscarded>(event, Bug::project_counts_in_a_static)) return ++calls % 3 == 0;
    return happened<SiteRenamed>(event, Bug::rename_is_ignored) != nullptr;
}

/// Changes the model after the correct fold as the planted bug does.
void spoil_model(Depot& model, const Domain::Event& event) {
    if (const auto* received = happened<LotReceived>(event, Bug::received_lot_counts_twice)) {
        if (Shelf* shelf = model.shelves.find(received->shelf)) shelf->used += received->quantity;
    }
    if (const auto* begun = happened<TransferBegun>(event, Bug::field_is_not_initialised)) {
        const auto garbage = reinterpret_cast<std::uintptr_t>(&model) >> 4U; // NOLINT(*-reinterpret-cast): the bug
        if (Transfer* transfer = model.transfers.find(begun->transfer))
            transfer->next_chunk = static_cast<std::uint32_t>(garbage);
    }
    if (happened<LotReserved>(event, Bug::project_moves_the_clock)) {
        static std::int64_t reservations = 0;
        model.clock = Instant{++reservations};
    }
}

} // namespace

std::string_view name_of(Bug bug) {
#define DEPOT_NAME(name) #name,
    static constexpr std::array names{"none", DEPOT_BUGS(DEPOT_NAME)};
#undef DEPOT_NAME
    return names.at(static_cast<std::size_t>(bug));
}

Domain::Decision FaultyDepot::decide(const Command& command, const Depot& model) {
    if (const auto* adjust = std::get_if<AdjustLot>(&command)) spoil_adjustment(*adjust, model);
    if (auto wrong = wrong_decision(command, model)) return std::move(*wrong);
    Decision decision = Domain::decide(command, model);
    if (!decision || decision->empty()) return decision;
    if (wanted<Ship>(command, Bug::shipped_twice)) decision->push_back(decision->front());
    if (wanted<FinishTransfer>(command, Bug::id_is_random)) {
        auto& arrived = std::get<TransferFinished>(decision->front()).arrived;
        arrived.uuid.bytes[9] = static_cast<std::uint8_t>(std::random_device()());
    }
    return decision;
}

Depot FaultyDepot::project(Depot model, const Event& event) {
    if (project_wrongly(model, event)) return model;
    model = Domain::project(std::move(model), event);
    spoil_model(model, event);
    return model;
}

} // namespace depot

namespace evenfold {
template const testing::AnyTestable& testing::any_testable<depot::FaultyDepot>();
} // namespace evenfold
