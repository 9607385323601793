/// One law of a domain: what must hold of every history.
/// Shape: a name for machines, a sentence for people, and a function that answers whether it holds and what broke it.
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
    std::string_view says;
    std::function<Verdict(const History<D>&)> check;
    std::uint64_t every = 1; // a dear law is checked on each so manieth history of a search
    bool own = false;        // not the one that laws_of<D>() has by that name, if it has one
};

/// A law of the kit, for D.
template <Testable D>
[[nodiscard]] Law<D> law_for(AnyLaw law) {
    return {.name = law.name,
            .says = law.says,
            .check = [check = std::move(law.check)](const History<D>& history) { return check(any_history(history)); },
            .every = law.every,
            .own = law.own};
}

/// `law`, which outlives the result, for histories without types.
template <Testable D>
[[nodiscard]] AnyLaw without_types(const Law<D>& law) {
    return {
        .name = law.name,
        .says = law.says,
        .check =
            [&law](const AnyHistory& history) { return law.check(*static_cast<const History<D>*>(history.history())); },
        .every = law.every,
        .own = law.own};
}

/// That two values are equal; else what differs.
template <class T>
[[nodiscard]] Verdict equal(std::string_view what, const T& expected, const T& got) {
    return expected == got ? holds() : breaks(std::string(what) + '\n' + differences(expected, got));
}

} // namespace evenfold::testing
