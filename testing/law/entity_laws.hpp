/// Laws of entities, for domains that want them: laws_of<D>({references_live<D>(), ids_never_return<D>()}).
/// Entities are found by the shape of the model: testing/law/entities.hpp.
/// Cost: each walks the whole model; references-live at the sampled steps, the others at their events.
/// Source: docs/laws.md, "Laws to choose".
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "evenfold/testing/law/sampled_steps.hpp"

namespace evenfold::testing {

namespace kit {

[[nodiscard]] AnyLaw references_live(std::vector<std::string> except);
[[nodiscard]] AnyLaw ids_never_return(std::vector<std::string> except);
[[nodiscard]] AnyLaw touches_only_named(std::vector<std::string> except);

} // namespace kit

/// Each id in the model refers to an entity of the model, if there is a table of such entities. `except` names fields
/// that may refer to former entities, such as "Transfer.lot".
template <Testable D>
[[nodiscard]] Law<D> references_live(std::vector<std::string> except = {}) {
    return law_for<D>(kit::references_live(std::move(except)));
}

/// The id of an entity that was removed is never that of an entity again. `except` names ids that may return, as their
/// type is spelled: "SiteTag" for Id<struct SiteTag>.
template <Testable D>
[[nodiscard]] Law<D> ids_never_return(std::vector<std::string> except = {}) {
    return law_for<D>(kit::ids_never_return(std::move(except)));
}

/// An event changes, adds and removes only entities that it names or reaches. It reaches those that refer to a named
/// one, and so on, and those to which any of these refer, and so on. `except` names kinds of events that may do more.
template <Testable D>
[[nodiscard]] Law<D> touches_only_named(std::vector<std::string> except = {}) {
    return law_for<D>(kit::touches_only_named(std::move(except)));
}

} // namespace evenfold::testing
