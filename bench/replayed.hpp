/// A journal replayed: the projection over its events, and the parts that a replay is made of.
/// Shapes: scan is the journal reading its records, decode makes events of them, fold is the projection; replay is all
/// of it as the kernel does it, and is measured, not added up.
/// Errors: a journal that cannot be read, or an event in it that cannot be decoded.
#pragma once

#include <expected>
#include <utility>
#include <vector>

#include "evenfold/bench/measure.hpp"

namespace evenfold::bench {

/// Once through the first `events` of the journal; the times of its parts in nanoseconds.
template <Domain D>
[[nodiscard]] std::expected<std::vector<Part>, journal::Failure>
replay_once(journal::Journal& journal, std::uint64_t events) {
    constexpr std::size_t at_once = 1024; // records, copied outside of the time that is measured
    std::vector<Part> parts{{"scan", 0}, {"decode", 0}, {"replay", 0}};
    std::uint64_t bytes = 0;
    const Stopwatch scan;
    auto read = journal.read(1, [&](const journal::Record& record) {
        bytes += record.data.size();
        return record.sequence < events;
    });
    keep(bytes);
    parts[0].ns = scan.ns();
    if (!read) return std::unexpected(read.error());

    std::vector<journal::Record> records;
    records.reserve(at_once);
    read = journal.read(1, [&](const journal::Record& record) {
        records.push_back(record);
        const bool is_last = record.sequence >= events;
        if (records.size() < at_once && !is_last) return true;
        const Stopwatch decode;
        for (const journal::Record& one : records) {
            auto event = kernel::event_of<D>(one);
            keep(event);
        }
        parts[1].ns += decode.ns();
        records.clear();
        return !is_last;
    });
    if (!read) return std::unexpected(read.error());

    const Stopwatch replay;
    auto replayed = kernel::replay<D>(journal, {}, events);
    parts[2].ns = replay.ns();
    if (!replayed) return std::unexpected(std::move(replayed.error()));
    return parts;
}

/// The parts of a replay of the first `events`, which are 1 or more: medians over `repetitions`, an event each.
template <Domain D>
[[nodiscard]] std::expected<std::vector<Part>, journal::Failure>
parts_of_replay(journal::Journal& journal, std::uint64_t events, double fold_ns, std::size_t repetitions = 3) {
    std::vector<std::vector<double>> times(3);
    for (std::size_t which = 0; which <= repetitions; ++which) { // the first warms up
        const auto parts = replay_once<D>(journal, events);
        if (!parts) return std::unexpected(parts.error());
        for (std::size_t part = 0; part < times.size() && which > 0; ++part)
            times[part].push_back((*parts)[part].ns / static_cast<double>(events));
    }
    return std::vector<Part>{
        {"scan", median(times[0])}, {"decode", median(times[1])}, {"fold", fold_ns}, {"replay", median(times[2])}};
}

/// The projection of D over the first `at_most` events of `journal`, and the parts of their replay.
template <Domain D>
[[nodiscard]] std::expected<Report, journal::Failure>
measure_replay(journal::Journal& journal, std::uint64_t at_most = all_events, const Options& options = {}) {
    const auto log = recorded<D>(journal, at_most);
    if (!log) return std::unexpected(log.error());
    Report report = measure<D>(*log, options);
    if (log->events.empty()) return report;
    auto parts = parts_of_replay<D>(journal, log->events.size(), report.fold_ns.median);
    if (!parts) return std::unexpected(std::move(parts.error()));
    report.replay = std::move(*parts);
    return report;
}

} // namespace evenfold::bench
