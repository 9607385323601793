/// Events of a stream between two turns, kept until there is a turn that they can be recorded in.
/// Shape: in the order of the stream; deltas that continue each other are joined. At most held_events_max
/// events are kept; further ones are only counted, in a warning that follows the kept ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "evenfold/core/commands/orchestration/provider_event.hpp"

namespace evenfold::cli {

inline constexpr std::size_t held_events_max = 1000;

class HeldEvents {
public:
    void add(orchestration::ProviderEvent event);

    [[nodiscard]] bool empty() const { return events_.empty(); }
    [[nodiscard]] const orchestration::ProviderEvent& front() const { return events_.front(); }

    /// Removes the events for which `is_known` returns true, also the warning; it may shorten the others. Returns the
    /// number of removed events.
    template <class Predicate>
    std::size_t remove_if(Predicate is_known) {
        const std::size_t removed = std::erase_if(events_, is_known);
        if (left_out_ == 0) return removed;
        orchestration::ProviderEvent omission = warning();
        if (is_known(omission)) left_out_ = 0;
        return removed;
    }

    /// Returns all events, and keeps none.
    [[nodiscard]] std::vector<orchestration::ProviderEvent> take();

private:
    [[nodiscard]] orchestration::ProviderEvent warning() const;

    std::vector<orchestration::ProviderEvent> events_;
    std::uint64_t left_out_ = 0;
};

} // namespace evenfold::cli
