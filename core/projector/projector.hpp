/// What all projectors share: the fold over many events.
/// A projector is `project(Model, const Event&) -> Model`: total, pure for the caller, in place for the machine.
#pragma once

#include <utility>

#include "evenfold/core/language.hpp"

namespace evenfold {

/// The model after all of `events`, in order, starting from `model`. Found by the argument types, like `project`
/// itself.
template <class Model, class Events>
[[nodiscard]] Model fold(Model model, const Events& events) {
    for (const auto& event : events) model = project(std::move(model), event);
    return model;
}

/// The same of a domain D, by its own `project`.
template <class D, class Events>
[[nodiscard]] constexpr typename D::Model folded(typename D::Model model, const Events& events) {
    for (const auto& event : events) model = D::project(std::move(model), event);
    return model;
}

} // namespace evenfold
