/// A law of any domain, and iteration over a history for it.
/// Shape: as testing/law/law.hpp and testing/law/sampled_steps.hpp, which are for a domain with its types.
/// Cost: as testing/law/sampled_steps.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "evenfold/testing/engine/any_testable.hpp"

namespace evenfold::testing {

struct AnyLaw {
    std::string_view name;
    std::string_view statement;
    std::function<Verdict(const AnyHistory&)> check;
    std::uint64_t interval = 1;
    bool own = false;
};

[[nodiscard]] inline Verdict holds() {
    return {};
}
[[nodiscard]] inline Verdict breaks(std::string message) {
    return {.holds = false, .reason = std::move(message), .where = {}};
}

/// Checks that two values of the type are equal. If not, the message lists the differences.
[[nodiscard]] Verdict equal(std::string_view what, const AnyType& type, const void* expected, const void* got);

/// The sampled steps of a history: all steps of a short one; about `samples` steps of a long one, spread evenly from an
/// offset that depends on the history.
class AnySampledSteps {
public:
    static constexpr std::size_t short_max = 10;
    static constexpr std::size_t samples = 5;

    AnySampledSteps(std::size_t steps, std::size_t events)
        : stride_(steps <= short_max ? 1 : 1 + (steps - 1) / samples), first_(events % stride_) {}
    explicit AnySampledSteps(const AnyHistory& history) : AnySampledSteps(history.size(), history.count()) {}

    [[nodiscard]] bool at(std::size_t index) const { return index % stride_ == first_; }

private:
    std::size_t stride_;
    std::size_t first_;
};

using VisitStep = std::function<Verdict(const AnyHistoryStep& step, const void* model)>;

/// Calls `visit(step, model before it)` for each step, in order, until a verdict is broken.
[[nodiscard]] Verdict each_step(const AnyHistory& history, const VisitStep& visit);

/// As each_step, for the sampled steps.
[[nodiscard]] Verdict each_sampled_step(const AnyHistory& history, const VisitStep& visit);

/// Returns the command as a C++ expression.
[[nodiscard]] std::string code_of_command(const AnyTestable& domain, const void* command);
[[nodiscard]] std::string code_of_event(const AnyTestable& domain, const void* event);

} // namespace evenfold::testing
