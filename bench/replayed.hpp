/// Measures the replay of a journal: the projection over its events, and the parts of a replay.
/// Shapes: scan is the journal reading its records, decode turns them into events, fold is the projection. replay is
/// the whole as the kernel does it; it is measured, not added up.
/// Errors: a journal that cannot be read, or an event in it that cannot be decoded.
#pragma once

#include <expected>
#include <utility>
#include <vector>

#include "evenfold/bench/measure.hpp"

namespace evenfold::bench {

/// Replays the first `events` of the journal once. Returns the times of its parts in nanoseconds.
template <Domain D>
[[nodiscard]] std::expected<std::vector<ReplayPart>, journal::Failure>
replay_once(journal::Journal& journal, std::uint64_t events) {
    std::vector<ReplayPart> parts{{"scan", 0}, {"decode", 0}, {"replay", 0}};
    std::uint64_t bytes = 0;
    const auto cursor = journal.open_cursor({.at_most = events});
    if (!cursor) return std::unexpected(cursor.error());
    journal::EventPage page;
    for (;;) {
        const Stopwatch scan;
        const auto has_events = (*cursor)->next(page);
        parts[0].ns += scan.ns();
        if (!has_events) return std::unexpected(has_events.error());
        if (!*has_events) break;
        const Stopwatch decode;
        for (const journal::Record& record : page.records()) {
            auto event = kernel::event_of<D>(record);
            do_not_optimize(event);
            bytes += record.data.size();
        }
        parts[1].ns += decode.ns();
    }
    do_not_optimize(bytes);

    const Stopwatch replay;
    auto replayed = kernel::replay<D>(journal, {}, events);
    parts[2].ns = replay.ns();
    if (!replayed) return std::unexpected(std::move(replayed.error()));
    return parts;
}

/// Returns the parts of a replay of the first `events` >= 1: nanoseconds per event, medians over `repetitions`.
template <Domain D>
[[nodiscard]] std::expected<std::vector<ReplayPart>, journal::Failure>
measure_replay_parts(journal::Journal& journal, std::uint64_t events, double fold_ns, std::size_t repetitions = 3) {
    std::vector<std::vector<double>> times(3);
    for (std::size_t which = 0; which <= repetitions; ++which) { // the first warms up
        const auto parts = replay_once<D>(journal, events);
        if (!parts) return std::unexpected(parts.error());
        for (std::size_t part = 0; part < times.size() && which > 0; ++part)
            times[part].push_back((*parts)[part].ns / static_cast<double>(events));
    }
    return std::vector<ReplayPart>{
        {"scan", median(times[0])}, {"decode", median(times[1])}, {"fold", fold_ns}, {"replay", median(times[2])}};
}

/// Measures the projection of D over the first `at_most` events of `journal`, and the parts of their replay.
template <Domain D>
[[nodiscard]] std::expected<Report, journal::Failure>
measure_replay(journal::Journal& journal, std::uint64_t at_most = all_events, const MeasurementOptions& options = {}) {
    const auto log = read_log<D>(journal, at_most);
    if (!log) return std::unexpected(log.error());
    Report report = measure<D>(*log, options);
    if (log->events.empty()) return report;
    auto parts = measure_replay_parts<D>(journal, log->events.size(), report.fold_ns.median);
    if (!parts) return std::unexpected(std::move(parts.error()));
    report.replay = std::move(*parts);
    return report;
}

} // namespace evenfold::bench
