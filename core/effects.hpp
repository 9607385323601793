/// The optional part of a domain that lists its effects: actions that a program must carry out outside, such as a mail.
/// `outstanding(model)` returns them as values. An effect is outstanding until a command confirms it, so after a crash
/// the same effects are outstanding again. Its `id` identifies it across attempts. kernel/reacting/loop.hpp runs
/// effects.
/// Source: docs/reactors.md, "A domain with effects".
///
///     static_assert(HasEffectIds<Reminders>); // the domain of docs/reactors.md
///     for (const EffectOf<Reminders>& effect : Reminders::outstanding(model)) {
///         due.push_back(effect.text);
///     }
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
