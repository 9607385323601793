// The types that `decide` may return: an expected of any range of events.
#include <doctest/doctest.h>

#include <array>
#include <forward_list>
#include <span>
#include <string>

#include "evenfold/core/domain.hpp"

namespace evenfold {
namespace {

/// Echoes a word, or refuses the empty one. Its events are a range of type Events.
template <class Events, Events (*events_of)(const std::string&)>
struct Echo {
    using Command = std::string;
    using Event = std::string;
    using Error = int;
    using Model = std::string;

    static std::expected<Events, Error> decide(const Command& command, const Model&) {
        if (command.empty()) return std::unexpected(7);
        return events_of(command);
    }
    static Model project(Model model, const Event& event) { return model + event; }
};

const std::array<std::string, 2> fixed{"a fixed event that is not in place", "another fixed event, as long"};

std::vector<std::string> in_a_vector(const std::string& word) {
    return {word, word};
}
std::array<std::string, 2> in_an_array(const std::string& word) {
    return {word, word};
}
std::forward_list<std::string> in_a_list(const std::string& word) {
    return {word, word};
}
std::span<const std::string> in_a_span(const std::string&) {
    return fixed;
}

template <class D>
std::vector<std::string> decided(const std::string& word) {
    CHECK(decide<D>("", {}).error() == 7);
    return decide<D>(word, {}).value();
}

using InASpan = Echo<std::span<const std::string>, in_a_span>;

} // namespace

TEST_CASE("Domain: a decision may be a range of events of any type.") {
    const std::vector<std::string> expected{"again", "again"};
    CHECK(decided<Echo<std::vector<std::string>, in_a_vector>>("again") == expected);
    CHECK(decided<Echo<std::array<std::string, 2>, in_an_array>>("again") == expected);
    CHECK(decided<Echo<std::forward_list<std::string>, in_a_list>>("again") == expected);
}

TEST_CASE("Domain: events that a decision does not own are copied, not moved.") {
    for (int time = 0; time < 2; ++time)
        CHECK(decided<InASpan>("any") == std::vector<std::string>(fixed.begin(), fixed.end()));
}

} // namespace evenfold
