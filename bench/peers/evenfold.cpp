// evenfold over the event file that its peers read, with the protocol of bench/peers/README.md.
//   bench_peer_evenfold FILE.jsonl project   `project`, one by one
//   bench_peer_evenfold FILE.jsonl decide    `decide` of the mix's commands, and `project` of their events
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evenfold/bench/orchestration/mix.hpp"
#include "evenfold/codec/event.hpp"
#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/core/reflection/digest.hpp"

namespace {

using namespace evenfold;
using orchestration::Command;
using orchestration::Event;
using orchestration::Model;
using orchestration::Orchestration;

[[noreturn]] void fail(std::string_view why) {
    fmt::print(stderr, "bench_peer_evenfold: {}\n", why);
    std::exit(1);
}

/// Returns the part of `line` between `before` and the next `after`, and removes it from `line`.
std::string_view between(std::string_view& line, std::string_view before, std::string_view after) {
    const std::size_t end = line.find(after, before.size());
    if (!line.starts_with(before) || end == std::string_view::npos)
        fail("invalid line: expected the format of bench_write_events");
    const std::string_view found = line.substr(before.size(), end - before.size());
    line.remove_prefix(end + after.size());
    return found;
}

Event event_of(std::string_view line) {
    const std::string_view type = between(line, R"({"type":")", R"(",)");
    const std::string_view version = between(line, R"("version":)", R"(,"data":)");
    Event event;
    const auto unknown = codec::from_stored(shape_of<Event>(), &event,
                                            {.type = std::string(type),
                                             .version = static_cast<std::uint32_t>(std::stoul(std::string(version))),
                                             .data = std::string(line.substr(0, line.size() - 1))});
    if (!unknown) fail(codec::to_text(unknown.error()));
    if (std::holds_alternative<Unknown>(event)) fail("unknown event type: EVENTS was written by another build");
    return event;
}

template <class Take>
void each_event(std::string_view text, Take take) {
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        take(event_of(text.substr(0, end)));
        text.remove_prefix(end + 1);
    }
}

Model folded(const std::vector<Event>& events) {
    Model model;
    for (const Event& event : events) model = Orchestration::project(std::move(model), event);
    return model;
}

/// Returns the model after the first `count` events of `commands`.
Model decided(const std::vector<Command>& commands, std::size_t count) {
    Model model;
    for (const Command& command : commands) {
        const auto decided = Orchestration::decide(command, model);
        if (!decided) fail("a command of the mix was refused");
        for (const Event& event : *decided) {
            if (count-- == 0) return model;
            model = Orchestration::project(std::move(model), event);
        }
    }
    return model;
}

template <class Work>
void timed(Model& model, Work work) {
    model = Model();
    const auto begin = std::chrono::steady_clock::now();
    model = work();
    const auto took = std::chrono::steady_clock::now() - begin;
    std::cout << std::chrono::duration_cast<std::chrono::nanoseconds>(took).count() << std::endl;
}

} // namespace

int main(int count, char** words) {
    if (count != 3) fail("usage: bench_peer_evenfold EVENTS project|decide");
    std::ifstream file(words[1], std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const bool decides = std::string_view(words[2]) == "decide";
    std::vector<Event> events;
    each_event(text, [&](Event event) { events.push_back(std::move(event)); });
    const std::size_t length = events.size();
    std::vector<Command> commands;
    if (decides) {
        events = {};
        commands = bench::commands_of({}, length);
    }
    std::cout << "ready " << length << std::endl;
    Model model;
    for (std::string request; std::getline(std::cin, request);) {
        if (request == "fold" && decides)
            timed(model, [&] { return decided(commands, length); });
        else if (request == "fold")
            timed(model, [&] { return folded(events); });
        else if (request == "parse" && !decides)
            timed(model, [&] {
                Model read;
                each_event(text, [&](const Event& event) { read = Orchestration::project(std::move(read), event); });
                return read;
            });
        else if (request == "digest")
            std::cout << to_text(digest(model)) << std::endl;
        else
            fail("unknown request: " + request);
    }
    return 0;
}
