/// The work of kernel/versions.hpp, for a domain without its types.
/// Shape: the writer's copy is moved on by its user, who says by which events; they are kept until every copy has them.
/// Source: see kernel/versions.hpp.
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "evenfold/kernel/engine/lending.hpp"

namespace evenfold::kernel {

/// `shown` and `copies` may be called from any thread at any time; the others are the writer's: from one thread at a
/// time.
class AnyVersions {
public:
    using Copy = Lending::Copy;
    /// Takes a state on to a sequence by events that were not kept; returns whether it has come there.
    using Bring = std::function<bool(const AnyState& state, Sequence until)>;

    AnyVersions(const AnyFold& fold, AnyState first, Sequence lag_max)
        : fold_(fold), lending_(std::make_shared<Lending>(std::move(first), lag_max)), lag_max_(lag_max) {}

    /// Returns the pool that lends the most recently published copy.
    [[nodiscard]] const std::shared_ptr<Lending>& lending() const { return lending_; }

    /// The writer's copy, which has come at least as far as what is shown. O(model) when readers hold all others.
    [[nodiscard]] const AnyState& ahead(const Bring& bring) { return ahead_ ? ahead_->state : prepared(bring); }

    /// The writer's copy has been moved on by `events`, and its head is counted: the other copies will follow.
    void keep(std::unique_ptr<AnyDecision> events);

    /// The piece that the next single event is to be added to, which has moved the writer's copy on; null when a new
    /// one is to be given to `keep` with that event. The piece has room when `stretch` is not reached.
    [[nodiscard]] AnyDecision* piece_for_next(std::size_t stretch);

    /// Makes the writer's copy the one that new readers get. O(1).
    void publish();

    /// What the writer has not published is gone, and its copy with it: O(model) for the next.
    void discard();

private:
    /// The events up to `end`.
    struct Kept {
        Sequence end;
        std::unique_ptr<AnyDecision> events;
    };

    const AnyState& prepared(const Bring& bring);
    [[nodiscard]] bool catch_up(const AnyState& state, Sequence until) const;

    const AnyFold& fold_;
    std::shared_ptr<Lending> lending_; // snapshots may be given back when this is gone
    Sequence lag_max_;
    std::unique_ptr<Copy> ahead_; // the writer's, when it has one
    std::deque<Kept> kept_;       // in order, without gaps; the last may be ahead of what is shown
};

} // namespace evenfold::kernel
