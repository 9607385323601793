/// The plan of a compaction: the stored events that lose their payloads or get shorter ones, so that the model stays
/// the same. `DomainEntry::plan_compaction` makes it, and `JournalSignatures::remove_payloads` carries it out.
/// Shapes: payloads are as the domain's events are stored. A plan is for the journal as it was.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evenfold/core/events/events.hpp"

namespace evenfold::kernel {

/// The new payload of an event; nothing if it has none any more.
struct PlannedPayload {
    Sequence sequence = 0;
    std::optional<std::string> data;
    friend bool operator==(const PlannedPayload&, const PlannedPayload&) = default;
};

struct CompactionPlan {
    std::string function;                // the name of the domain, and the version of its compaction: "plans/1"
    Sequence head = 0;                   // of the journal
    std::vector<PlannedPayload> changes; // ascending
    std::string digest_before;           // of the model
    std::string digest_after;
};

} // namespace evenfold::kernel
