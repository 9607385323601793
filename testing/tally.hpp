/// What a search has asked, by kind of command, and how it was answered. A kind that never made anything happen was
/// not tested.
/// Shape: counts; kinds are told by their names on the wire.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/testing/engine/any_testable.hpp"

namespace evenfold::testing {

struct Tally {
    /// How often commands of one kind had events, were accepted without, and were refused.
    struct Answers {
        std::uint64_t events = 0;
        std::uint64_t nothing = 0;
        std::uint64_t refused = 0;
    };

    std::uint64_t histories = 0;
    std::uint64_t commands = 0;
    std::uint64_t events = 0;
    std::map<std::string_view, Answers> kinds; // names live as long as their shapes: for ever

    /// Knows every kind of command of that shape, so that those are told, too, which never came.
    explicit Tally(const Shape& command);

    void add(const AnyHistory& history);
    template <Testable D>
    void add(const History<D>& history) {
        add(any_history(history));
    }

    /// The kinds that never had events.
    [[nodiscard]] std::vector<std::string_view> never() const;

private:
    static std::string_view kind_of(const Shape& shape, const void* command);
};

/// The kinds that never had events, in a line; empty when there are none, or no histories.
[[nodiscard]] std::string never_text(const Tally& tally);

/// A table, a line a kind.
[[nodiscard]] std::string to_text(const Tally& tally);

} // namespace evenfold::testing
