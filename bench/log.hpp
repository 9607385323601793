/// Events to fold: recorded in a journal, or generated from a seed.
/// Shape: all events are in memory, so that only the fold is measured. Their digest identifies them.
/// Errors: a journal that cannot be read, or an event in it that cannot be decoded.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "evenfold/bench/figures.hpp"
#include "evenfold/bench/generated/kinds.hpp"
#include "evenfold/bench/generated/log_generator.hpp"
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
    std::string warning{}; // names kinds that a generator hardly produced NOLINT(readability-redundant-member-init)
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

/// Returns a log of the events of generated commands: `count` or slightly more, the same for a seed on every machine.
/// It has fewer if 10,000 commands in a row have no events. `how.command` generates realistic commands. Without it,
/// commands are generated from their shape, the rarest kinds first, which needs no code but is seldom realistic.
/// `warning` names the kinds of which it has fewer than 20 events.
template <Domain D>
[[nodiscard]] EventLog<D>
generate_log(std::size_t count, std::uint64_t seed = 42, const testing::HistoryOptions<D>& how = {}) {
    EventLog<D> log = log_of<D>(LogGenerator<D>(seed, how).events(count), "random commands", seed);
    log.warning = rare_kinds_warning(rare_kinds(log.events, rare_events), rare_events);
    return log;
}

/// Returns a log as above; `command(source, model)` returns the next command.
template <Domain D>
[[nodiscard]] EventLog<D>
generate_log(std::size_t count, std::uint64_t seed,
             std::function<typename D::Command(testing::ChoiceSource&, const typename D::Model&)> command) {
    return generate_log<D>(count, seed, testing::HistoryOptions<D>{.generators = {}, .command = std::move(command)});
}

} // namespace evenfold::bench
