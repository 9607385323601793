/// Counts of the commands of a search, by kind and outcome. A kind that never had events was not tested.
/// Shape: counts; kinds have their names on the wire.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/testing/engine/any_testable.hpp"

namespace evenfold::testing {

struct CommandCoverage {
    /// The number of commands of one kind that had events, were accepted without events, and were refused.
    struct KindCoverage {
        std::uint64_t events = 0;
        std::uint64_t nothing = 0;
        std::uint64_t refused = 0;
    };

    std::uint64_t histories = 0;
    std::uint64_t commands = 0;
    std::uint64_t events = 0;
    std::map<std::string_view, KindCoverage> kinds; // names have static lifetime, as their shapes

    /// Starts with every kind of command of that shape, so that kinds that never occur are listed, too.
    explicit CommandCoverage(const Shape& command);

    void add(const AnyHistory& history);
    template <Testable D>
    void add(const History<D>& history) {
        add(any_history(history));
    }

    /// Returns the kinds that never had events.
    [[nodiscard]] std::vector<std::string_view> kinds_without_events() const;

private:
    static std::string_view kind_of(const Shape& shape, const void* command);
};

/// Returns the kinds that never had events, in one line; empty if there are none, or no histories.
[[nodiscard]] std::string uncovered_text(const CommandCoverage& coverage);

/// Returns a table with one line per kind.
[[nodiscard]] std::string to_text(const CommandCoverage& coverage);

} // namespace evenfold::testing
