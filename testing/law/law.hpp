/// One law of a domain: what must hold of every history.
/// Shape: a name for machines, a sentence for people, and a function that answers whether it holds and what broke it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "evenfold/testing/code.hpp"
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

[[nodiscard]] inline Verdict holds() {
    return {};
}
[[nodiscard]] inline Verdict breaks(std::string told) {
    return {.holds = false, .reason = std::move(told), .where = {}};
}

/// That two values are equal; else what differs.
template <class T>
[[nodiscard]] Verdict equal(std::string_view what, const T& expected, const T& got) {
    return expected == got ? holds() : breaks(std::string(what) + '\n' + differences(expected, got));
}

} // namespace evenfold::testing
