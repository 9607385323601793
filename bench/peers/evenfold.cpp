// evenfold over the event file that its peers read, with the protocol of bench/peers/README.md.
//   bench_peer_evenfold FILE.jsonl project   `project`, one by one
//   bench_peer_evenfold FILE.jsonl decide    `decide` of the mix's commands, and `project` of their events
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <iterator>
#include <span>
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

/// Reads the lines of bench_write_events.
class EventLines {
public:
    explicit EventLines(std::string_view text) : text_(text) {}

    /// Fills `event` from the next line. Returns false after the last one.
    bool next(Event& event) {
        if (text_.empty()) return false;
        const std::size_t end = text_.find('\n');
        if (end == std::string_view::npos) fail("the last line is cut off");
        read_line(text_.substr(0, end), event);
        text_.remove_prefix(end + 1);
        return true;
    }

private:
    void read_line(std::string_view line, Event& event) const {
        codec::StoredView stored;
        skip(line, R"({"type":")");
        stored.type = line.substr(0, line.find('"'));
        line.remove_prefix(stored.type.size());
        skip(line, R"(","version":)");
        const auto [end, error] = std::from_chars(line.begin(), line.end(), stored.version);
        if (error != std::errc()) fail_in_format();
        line.remove_prefix(static_cast<std::size_t>(end - line.begin()));
        skip(line, R"(,"data":)");
        if (!line.ends_with('}')) fail_in_format();
        stored.data = line.substr(0, line.size() - 1);
        const auto unknown_fields = reader_.read(&event, stored);
        if (!unknown_fields) fail(codec::to_text(unknown_fields.error()));
        if (std::holds_alternative<Unknown>(event)) fail("unknown event type: EVENTS was written by another build");
    }

    template <std::size_t size>
    static void skip(std::string_view& line, const char (&wanted)[size]) { // NOLINT(*-avoid-c-arrays): a literal
        constexpr std::size_t word = 8; // two comparisons of words, because a call of memcmp takes longer
        static_assert(size > word && size <= 2 * word + 1);
        const bool is_there =
            line.size() >= size - 1 && std::memcmp(line.data(), wanted, word) == 0 &&
            std::memcmp(line.data() + size - 1 - word, wanted + size - 1 - word, word) == 0; // NOLINT(*-pointer-*)
        if (!is_there) fail_in_format();
        line.remove_prefix(size - 1);
    }

    [[noreturn]] static void fail_in_format() { fail("invalid line: expected the format of bench_write_events"); }

    std::string_view text_;
    codec::EventReader reader_{shape_of<Event>()};
};

std::vector<Event> events_in(std::string_view text) {
    std::vector<Event> events;
    EventLines lines(text);
    while (lines.next(events.emplace_back())) {}
    events.pop_back();
    return events;
}

/// Parses and folds a few events at a time, which stay in the cache.
Model parsed_and_folded(std::string_view text) {
    std::vector<Event> batch(64);
    Model model;
    EventLines lines(text);
    for (std::size_t size = batch.size(); size == batch.size();) {
        for (size = 0; size < batch.size() && lines.next(batch[size]); ++size) {}
        model = orchestration::fold(std::move(model), std::span(batch).first(size));
    }
    return model;
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
    std::vector<Event> events = events_in(text);
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
            timed(model, [&] { return parsed_and_folded(text); });
        else if (request == "digest")
            std::cout << to_text(digest(model)) << std::endl;
        else
            fail("unknown request: " + request);
    }
    return 0;
}
