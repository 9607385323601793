/// Events to fold: recorded in a journal, or generated from a seed.
/// Shape: all events are in memory, so that only the fold is measured. Their digest identifies them.
/// Errors: a journal that cannot be read, or an event in it that cannot be decoded.
#pragma once

#include <algorithm>
#include <cstdint>
#include <expected>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "evenfold/bench/figures.hpp"
#include "evenfold/core/domain.hpp"
#include "evenfold/core/reflection/digest.hpp"
#include "evenfold/journal/journal.hpp"
#include "evenfold/kernel/replay.hpp"
#include "evenfold/testing/history_generator.hpp"

namespace evenfold::bench {

template <Domain D>
struct EventLog {
    std::vector<typename D::Event> events;
    Origin origin;
};

/// Returns a log of these events. `from` describes their origin for a person. Cost: one digest per event.
template <Domain D>
[[nodiscard]] EventLog<
    D> // NOLINTNEXTLINE(performance-unnecessary-value-param): it is moved from where the domain is known
log_of(std::vector<typename D::Event> events, std::string from, std::optional<std::uint64_t> seed = {}) {
    Sha256 hash;
    for (const auto& event : events) {
        const Sha256::Digest one = digest(event);
        hash.update({reinterpret_cast<const char*>(one.data()), one.size()});
    }
    Origin origin{
        .from = std::move(from), .events = events.size(), .digest = evenfold::to_text(hash.finish()), .seed = seed};
    return {.events = std::move(events), .origin = std::move(origin)};
}

using journal::all_events;

/// Reads the first `at_most` events of `journal`.
template <Domain D>
[[nodiscard]] std::expected<EventLog<D>, journal::Failure>
read_log(journal::Journal& journal, std::uint64_t at_most = all_events) {
    std::vector<typename D::Event> events;
    const auto cursor = journal.open_cursor({.at_most = at_most});
    if (!cursor) return std::unexpected(cursor.error());
    journal::EventPage page;
    for (;;) {
        const auto has_events = (*cursor)->next(page);
        if (!has_events) return std::unexpected(has_events.error());
        if (!*has_events) return log_of<D>(std::move(events), "a journal");
        for (const journal::Record& record : page.records()) {
            auto event = kernel::event_of<D>(record);
            if (!event) return std::unexpected(std::move(event.error()));
            events.push_back(std::move(event->body));
        }
    }
}

/// Generates commands for a long log. The ids that occurred are collected from time to time, not after each command, so
/// that the cost is close to that of the decisions.
template <Domain D>
class LogGenerator {
public:
    LogGenerator(std::uint64_t seed, const testing::HistoryOptions<D>& how) : random_(seed), how_(how) {}

    /// Returns the events of the next commands: `count` or slightly more; fewer if commands have no effect any more.
    [[nodiscard]] std::vector<typename D::Event> events(std::size_t count) {
        for (std::size_t idle = 0; events_.size() < count && idle < idle_max;) {
            const std::size_t before = events_.size();
            submit_one(how_.command ? 1 : candidates);
            idle = events_.size() > before ? 0 : idle + 1;
        }
        return std::move(events_);
    }

private:
    static constexpr std::size_t idle_max = 10'000; // consecutive commands without events
    static constexpr std::size_t candidates = 12;

    /// Generates up to `tries` commands; stops at the first that has events.
    void submit_one(std::size_t tries) {
        for (; tries > 0; --tries) {
            testing::ChoiceSource source(random_);
            const auto command = how_.command ? how_.command(source, model_)
                                              : how_.generators.template draw<typename D::Command>(source, known_);
            const auto decision = decide<D>(command, model_);
            if (!decision || decision->empty()) continue;
            for (const auto& event : *decision) add(event);
            return;
        }
    }

    void add(const typename D::Event& event) {
        model_ = D::project(std::move(model_), event);
        events_.push_back(event);
        if (how_.command) return;
        known_.past.add(shape_of<typename D::Event>(), &event);
        if (events_.size() < refresh_at_) return;
        known_.live = {};
        known_.live.add(shape_of<typename D::Model>(), &model_);
        refresh_at_ = events_.size() + 1 + events_.size() / 16;
    }

    testing::Random random_;
    const testing::HistoryOptions<D>& how_;
    testing::KnownValues known_;
    typename D::Model model_{};
    std::vector<typename D::Event> events_;
    std::size_t refresh_at_ = 1;
};

/// Returns a log of the events of generated commands: `count` or slightly more, the same for a seed on every machine.
/// It has fewer if 10,000 commands in a row have no events. `how.command` generates realistic commands. Without it,
/// commands are generated from their shape, which needs no code but is seldom realistic.
template <Domain D>
[[nodiscard]] EventLog<D>
generate_log(std::size_t count, std::uint64_t seed = 42, const testing::HistoryOptions<D>& how = {}) {
    return log_of<D>(LogGenerator<D>(seed, how).events(count), "random commands", seed);
}

/// Returns a log as above; `command(source, model)` returns the next command.
template <Domain D>
[[nodiscard]] EventLog<D>
generate_log(std::size_t count, std::uint64_t seed,
             std::function<typename D::Command(testing::ChoiceSource&, const typename D::Model&)> command) {
    return generate_log<D>(count, seed, testing::HistoryOptions<D>{.generators = {}, .command = std::move(command)});
}

} // namespace evenfold::bench
