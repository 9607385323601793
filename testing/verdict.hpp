/// Verdicts: what a sentence or a law answers.
/// Shape: a value that any test framework can look at; constexpr, but for its words.
#pragma once

#include <optional>
#include <source_location>
#include <string>

namespace evenfold::testing {

/// Whether a sentence holds; what broke it, and where it stands.
struct Verdict {
    bool holds = true;
    // NOLINTBEGIN(readability-redundant-member-init): both may be left unnamed
    std::optional<std::string> reason{}; // nothing at compile time
    std::source_location where{};
    // NOLINTEND(readability-redundant-member-init)

    constexpr explicit operator bool() const { return holds; }

    /// What broke it, for a person.
    [[nodiscard]] std::string told() const { return reason.value_or(""); }
};

} // namespace evenfold::testing
