/// The depot with bugs that tests plant one at a time, to measure what the laws of every domain find.
/// Shape: the correct depot decides and folds all that the planted bug leaves alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "evenfold/testing/engine/any_testable.hpp"
#include "evenfold/tests/embedder/depot.hpp"

namespace depot {

// clang-format off
#define DEPOT_BUGS(BUG)                                                                                                \
    BUG(closed_site_keeps_its_shelves) BUG(received_lot_counts_twice) BUG(project_counts_in_a_static)                  \
    BUG(lots_expire_in_hash_order) BUG(fourth_chunk_is_lost) BUG(rename_is_ignored) BUG(decide_reads_the_clock)        \
    BUG(field_is_not_initialised) BUG(decide_changes_the_model) BUG(decide_throws_at_a_long_name)                      \
    BUG(decide_keeps_the_last_lot) BUG(decide_loops) BUG(ships_what_is_not_reserved) BUG(shipped_twice)                \
    BUG(discarded_lot_keeps_its_reservations) BUG(shelf_holds_one_more) BUG(project_throws_at_a_missing_lot)           \
    BUG(project_follows_a_null_pointer) BUG(clock_is_kept_in_a_static) BUG(lot_expires_in_hash_order)                  \
    BUG(id_is_random) BUG(abort_is_decided_by_address) BUG(capacity_overflows) BUG(project_moves_the_clock)
// clang-format on

#define DEPOT_NAME(name) name,
enum class Bug : std::uint8_t { none, DEPOT_BUGS(DEPOT_NAME) count };
#undef DEPOT_NAME

[[nodiscard]] std::string_view name_of(Bug bug);

/// The bug that is planted now.
inline Bug planted = Bug::none;

struct FaultyDepot : Domain {
    static Decision decide(const Command& command, const Depot& model);
    static Depot project(Depot model, const Event& event);
};

} // namespace depot

namespace evenfold {
extern template const testing::AnyTestable& testing::any_testable<depot::FaultyDepot>();
} // namespace evenfold
