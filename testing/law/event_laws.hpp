/// The law that events matter: each kind of event changes the model at some time.
/// Cost: one fold per kind of event; for a kind that changed nothing, some hundred folds of other events of that kind.
/// Source: docs/laws.md, "The laws".
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "evenfold/testing/law/law.hpp"

namespace evenfold::testing {

namespace kit {

[[nodiscard]] AnyLaw events_matter(std::vector<std::string> records);

} // namespace kit

/// `records` names the kinds of events that are kept as records only, and need not change the model.
template <Testable D>
[[nodiscard]] Law<D> events_matter(std::vector<std::string> records = {}) {
    return law_for<D>(kit::events_matter(std::move(records)));
}

} // namespace evenfold::testing
