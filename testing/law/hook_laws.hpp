/// Laws of optional parts of a domain: its effects and its streams.
/// Cost: one pass over the history; effects and streams are computed at the sampled steps.
/// Source: docs/laws.md, "The laws".
#pragma once

#include "evenfold/testing/law/sampled_steps.hpp"

namespace evenfold::testing {

namespace kit {

[[nodiscard]] AnyLaw effects_follow();
[[nodiscard]] AnyLaw streams_follow();

} // namespace kit

/// Needs D::outstanding, whose effects can be compared and have an id.
template <Testable D>
[[nodiscard]] Law<D> effects_follow() {
    static_assert(HasEffects<D>, "effects-follow needs static std::vector<Effect> outstanding(const Model&)");
    static_assert(HasComparableEffects<D> || !HasEffects<D>,
                  "effects-follow needs effects with operator== and an id of their own, as Id<struct EffectTag> id");
    return law_for<D>(kit::effects_follow());
}

/// Needs D::stream_of.
template <Testable D>
    requires HasStreams<D>
[[nodiscard]] Law<D> streams_follow() {
    return law_for<D>(kit::streams_follow());
}

} // namespace evenfold::testing
