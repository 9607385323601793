#include "evenfold/bench/orchestration/mix.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/core/projector/orchestration.hpp"

using namespace evenfold;
using namespace evenfold::orchestration;

namespace {

/// The number of the first commands of the mix that the decider refuses, and the events of the others.
struct Asked {
    std::size_t refused = 0;
    std::vector<Event> events;
    Model model;
};

Asked asked(const bench::MixShape& shape, std::size_t commands) {
    Asked all;
    bench::Mix mix(shape);
    for (; commands > 0; --commands) {
        const auto decided = decide(mix.next(), all.model);
        if (!decided) ++all.refused;
        if (!decided) continue;
        for (const Event& event : *decided) {
            all.model = project(std::move(all.model), event);
            all.events.push_back(event);
        }
    }
    return all;
}

double share_of_deltas(const std::vector<Event>& events) {
    const auto deltas =
        std::ranges::count_if(events, [](const Event& event) { return std::holds_alternative<TextAppended>(event); });
    return static_cast<double>(deltas) / static_cast<double>(events.size());
}

} // namespace

TEST_CASE("mix: the decider accepts every command of every shape") {
    const std::map<std::string, bench::MixShape> shapes{{"agents at work", {}},
                                                        {"one long thread", bench::one_long_thread()},
                                                        {"small pieces", bench::small_pieces()},
                                                        {"ten agents", bench::ten_agents()},
                                                        {"many threads", bench::many_threads()}};
    for (const auto& [name, shape] : shapes) {
        CAPTURE(name);
        const Asked all = asked(shape, 20'000);
        CHECK(all.refused == 0);
        CHECK(all.events.size() >= 20'000);
    }
}

TEST_CASE("mix: the events depend on the seed alone") {
    const auto events = bench::events_of({}, 5'000);
    CHECK(events == bench::events_of({}, 5'000));
    bench::MixShape other;
    other.seed = 43;
    CHECK(events != bench::events_of(other, 5'000));
}

TEST_CASE("mix: 90 percent of events are text deltas, and deletions occur") {
    const Asked all = asked({}, 100'000);
    CHECK(share_of_deltas(all.events) > 0.86);
    CHECK(share_of_deltas(all.events) < 0.94);
    CHECK(all.model->index.retired.size() > 0);
    CHECK(all.model->index.threads.size() > 20);
}

TEST_CASE("mix: a reply of small pieces has 3,024 pieces of three bytes") {
    const Asked all = asked(bench::small_pieces(), 3'100);
    CHECK(std::ranges::count_if(all.events, [](const Event& event) {
              const auto* piece = std::get_if<TextAppended>(&event);
              return piece && piece->text.size() == 3;
          }) >= 3'024);
}
