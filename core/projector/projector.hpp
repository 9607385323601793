/// The fold that all projectors share: it applies a sequence of events to a model.
/// A projector is `project(Model, const Event&) -> Model`. It is total, and pure for the caller. A moved model is
/// changed in place.
///
///     const Model model = folded<Counter>({}, events);
#pragma once

#include <utility>

#include "evenfold/core/platform/language.hpp"

namespace evenfold {

/// Returns the model after all of `events`, applied in order to `model`. Calls `project`, found by argument types.
template <class Model, class Events>
[[nodiscard]] Model fold(Model model, const Events& events) {
    for (const auto& event : events) model = project(std::move(model), event);
    return model;
}

/// Does the same with `D::project`.
template <class D, class Events>
[[nodiscard]] constexpr typename D::Model folded(typename D::Model model, const Events& events) {
    for (const auto& event : events) model = D::project(std::move(model), event);
    return model;
}

} // namespace evenfold
