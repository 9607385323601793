/// Verdicts: the results of scenarios and laws.
/// Shape: a value for any test framework; constexpr, except for its text.
#pragma once

#include <optional>
#include <source_location>
#include <string>

#include "evenfold/core/platform/language.hpp"

namespace evenfold::testing {

/// Whether a scenario or law holds; otherwise the reason and the location.
struct Verdict {
    bool holds = true;
    // NOLINTBEGIN(readability-redundant-member-init): both may be left unnamed
    std::optional<std::string> reason{}; // absent at compile time
    std::source_location where{};
    // NOLINTEND(readability-redundant-member-init)

    constexpr explicit operator bool() const { return holds; }

    /// Returns the reason as text; empty if there is none.
    [[nodiscard]] std::string message() const { return reason.value_or(""); }
};

} // namespace evenfold::testing
