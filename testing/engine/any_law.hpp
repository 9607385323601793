/// A law of any domain, and ways through a history for it.
/// Shape: as testing/law/law.hpp and testing/law/look.hpp, which are for a domain with its types.
/// Cost: as testing/law/look.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "evenfold/testing/engine/any_testable.hpp"

namespace evenfold::testing {

struct AnyLaw {
    std::string_view name;
    std::string_view says;
    std::function<Verdict(const AnyHistory&)> check;
    std::uint64_t every = 1;
    bool own = false;
};

[[nodiscard]] inline Verdict holds() {
    return {};
}
[[nodiscard]] inline Verdict breaks(std::string told) {
    return {.holds = false, .reason = std::move(told), .where = {}};
}

/// That two values of the type are equal; else what differs.
[[nodiscard]] Verdict equal(std::string_view what, const AnyType& type, const void* expected, const void* got);

/// The steps that a law looks at closely: all of a short history; of a long one `looks`, spread evenly, others in
/// others.
class StepSample {
public:
    static constexpr std::size_t short_max = 10;
    static constexpr std::size_t looks = 5;

    StepSample(std::size_t steps, std::size_t events)
        : stride_(steps <= short_max ? 1 : 1 + (steps - 1) / looks), first_(events % stride_) {}
    explicit StepSample(const AnyHistory& history) : StepSample(history.size(), history.count()) {}

    [[nodiscard]] bool at(std::size_t place) const { return place % stride_ == first_; }

private:
    std::size_t stride_;
    std::size_t first_;
};

using VisitStep = std::function<Verdict(const AnyStep& step, const void* model)>;

/// `visit(step, model before it)` for each step, in order, until a verdict is broken.
[[nodiscard]] Verdict each_step(const AnyHistory& history, const VisitStep& visit);

/// As each_step, for the steps that are looked at.
[[nodiscard]] Verdict each_look(const AnyHistory& history, const VisitStep& visit);

/// The command as the C++ that makes it.
[[nodiscard]] std::string code_of_command(const AnyTestable& domain, const void* command);
[[nodiscard]] std::string code_of_event(const AnyTestable& domain, const void* event);

} // namespace evenfold::testing
