/// The effects of a domain: actions that must be carried out outside, as values with ids.
/// Shape: `outstanding` of the model returns them. An effect is outstanding until a command has confirmed it.
/// Source: docs/reactors.md, "A domain with effects".
#pragma once

#include <type_traits>
#include <utility>

#include "evenfold/core/domain.hpp"
#include "evenfold/core/values/uuid.hpp"

namespace evenfold {

/// The type of the effects of D.
template <HasEffects D>
using EffectOf = std::remove_cvref_t<decltype(*D::outstanding(std::declval<const typename D::Model&>()).begin())>;

/// A domain whose effects can be identified and tracked: each has a member `id`, an Id.
template <class D>
concept HasEffectIds = HasEffects<D> && requires(const EffectOf<D>& effect) {
    { effect.id.uuid } -> std::convertible_to<Uuid>;
};

} // namespace evenfold
