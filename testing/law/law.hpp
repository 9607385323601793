/// A law of a domain: a property of every history.
/// Shape: a name for programs, a sentence for users, and a function that returns whether the law holds and the reason
/// if not.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "evenfold/testing/code.hpp"
#include "evenfold/testing/engine/any_law.hpp"
#include "evenfold/testing/history.hpp"
#include "evenfold/testing/testable.hpp"
#include "evenfold/testing/verdict.hpp"

namespace evenfold::testing {

template <Testable D>
struct Law {
    std::string_view name;
    std::string_view statement;
    std::function<Verdict(const History<D>&)> check;
    std::uint64_t interval = 1; // checks only every n-th history of a search; for expensive laws
    bool own = false;           // not the law of that name in laws_of<D>(), if there is one
};

/// Returns a law of the kit, for D.
template <Testable D>
[[nodiscard]] Law<D> law_for(AnyLaw law) {
    return {.name = law.name,
            .statement = law.statement,
            .check = [check = std::move(law.check)](const History<D>& history) { return check(any_history(history)); },
            .interval = law.interval,
            .own = law.own};
}

/// Returns `law`, which must outlive the result, for histories without types.
template <Testable D>
[[nodiscard]] AnyLaw without_types(const Law<D>& law) {
    return {
        .name = law.name,
        .statement = law.statement,
        .check =
            [&law](const AnyHistory& history) { return law.check(*static_cast<const History<D>*>(history.history())); },
        .interval = law.interval,
        .own = law.own};
}

/// Checks that two values are equal. The reason lists the differences.
template <class T>
[[nodiscard]] Verdict equal(std::string_view what, const T& expected, const T& got) {
    return expected == got ? holds() : breaks(std::string(what) + '\n' + differences(expected, got));
}

} // namespace evenfold::testing
