/// Measures a projection over a log: the cost of an event, by kind, by position in the log, and on the heap.
/// Shape: warmed up, then repeated. Folds that time single events, batches, or only the whole are separate, so that the
/// whole excludes readings of the clock.
/// Cost: four bytes per event and repetition; about three folds of the log per repetition.
#pragma once

#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "evenfold/bench/log.hpp"
#include "evenfold/bench/machine.hpp"
#include "evenfold/bench/projection.hpp"
#include "evenfold/core/reflection/type_name.hpp"

namespace evenfold::bench {

/// Settings of a measurement. The defaults suit the log and the clock.
struct MeasurementOptions {
    std::size_t repetitions = 0; // 0: 5, and more if the log is short
    std::size_t unit = 0;        // events timed at once for the distribution; 0: 1, or 64 if the clock is coarse
    double confidence = 0.95;    // of intervals
    Build build = built_here;
};

/// Raw data of the folds of a measurement, before the figures are computed.
struct RawTimings {
    double confidence;
    double clock_ns;
    std::size_t unit;
    std::size_t batch;
    std::vector<double> wholes; // the whole log, once per repetition
    std::vector<Times> units;
    std::vector<Times> batches;
    std::vector<std::uint16_t> kind_of;           // of each event
    std::vector<std::string> names;               // of the kinds
    std::vector<Allocations> allocations_by_kind; // empty if not counted
};

/// Computes the figures of the fold: fold_ns, one_event, kinds, stretches and method of `report`. The log must be set.
void summarise(const RawTimings& timings, Report& report);

/// Returns how often to repeat work of `once_ns` to fill about `budget_ns`; odd, and from `least` to `most`.
[[nodiscard]] std::size_t repetitions_in(double budget_ns, double once_ns, std::size_t least, std::size_t most);

inline constexpr std::size_t batch_events = 64;

/// Returns the model, and the heap allocations per kind of event; the latter are empty if not counted.
template <class Projection, class Event>
[[nodiscard]] std::pair<typename Projection::Model, std::vector<Allocations>>
allocations_by_kind(const Projection& projection, std::span<const Event> events, std::size_t kinds) {
    typename Projection::Model model{};
    std::vector<Allocations> allocated(allocations_if_counted() ? kinds : 0);
    if (allocated.empty()) return {fold_all(projection, events), std::move(allocated)};
    for (const Event& event : events) {
        const Allocations before = *allocations_if_counted();
        model = projection.project(std::move(model), event);
        const Allocations one = *allocations_if_counted() - before;
        Allocations& sum = allocated[kind_of(event)];
        sum = {sum.count + one.count, sum.bytes + one.bytes, sum.live_bytes + one.live_bytes};
    }
    return {std::move(model), std::move(allocated)};
}

/// Measures the first hundredth of the log, the first tenth, and all of it, each folded on its own.
template <class Projection, class Event>
[[nodiscard]] std::vector<PrefixCost> measure_prefixes(const Projection& projection, std::span<const Event> events) {
    constexpr double budget_ns = 5e7;
    std::vector<PrefixCost> sizes;
    for (const std::size_t part : {std::size_t{100}, std::size_t{10}, std::size_t{1}}) {
        const auto first = events.first(events.size() / part);
        if (first.empty()) continue;
        const auto heap = measure_heap(first.size(), [&] { return fold_all(projection, first); });
        std::vector<double> times;
        const std::size_t repetitions = repetitions_in(budget_ns, time_fold(projection, first), 5, 501);
        while (times.size() < repetitions) times.push_back(time_fold(projection, first));
        sizes.push_back({.events = first.size(),
                         .ns = median(std::move(times)) / static_cast<double>(first.size()),
                         .live_bytes = heap ? std::optional(heap->live_bytes) : std::nullopt});
    }
    return sizes;
}

/// Measures `projection` over the log. The report has a warning if two folds end in different states.
template <Domain D, class Projection>
[[nodiscard]] Report
measure(const EventLog<D>& log, const Projection& projection, const MeasurementOptions& options = {}) {
    using Event = typename D::Event;
    constexpr double budget_ns = 3e8;
    const std::span<const Event> events = log.events;
    const double clock_ns = clock_cost_ns();
    const bool is_coarse = clock_ns > clock_cost_max_ns;
    RawTimings timings{.confidence = options.confidence,
                       .clock_ns = clock_ns,
                       .unit = options.unit > 0 ? options.unit : (is_coarse ? batch_events : 1),
                       .batch = batch_events,
                       .wholes = {},
                       .units = {},
                       .batches = {},
                       .kind_of = {},
                       .names = kind_names<Event>(),
                       .allocations_by_kind = {}};
    Report report{};
    report.subject = projection.name;
    report.log = log.origin;
    report.machine = machine_of(options.build);
    report.warnings = warnings_of(report.machine);
    if (!log.warning.empty()) report.warnings.push_back(log.warning);

    timings.kind_of.reserve(events.size());
    for (const Event& event : events) timings.kind_of.push_back(kind_of(event));
    const double once_ns = time_fold(projection, events); // afterwards the caches and the allocator are warm
    report.heap = measure_heap(events.size(), [&] { return fold_all(projection, events); });
    auto [model, allocated] = allocations_by_kind(projection, events, timings.names.size());
    report.state = state_of(projection, model);
    timings.allocations_by_kind = std::move(allocated);

    const std::size_t repetitions =
        options.repetitions > 0 ? options.repetitions : repetitions_in(budget_ns, once_ns, 5, 101);
    timings.units.resize(repetitions);
    timings.batches.resize(repetitions);
    for (std::size_t which = 0; which < repetitions; ++which) {
        timings.wholes.push_back(time_fold(projection, events));
        static_cast<void>(time_units(projection, events, timings.batch, timings.batches[which]));
        model = time_units(projection, events, timings.unit, timings.units[which]);
    }
    if (state_of(projection, model) != report.state)
        report.warnings.emplace_back("NOT DETERMINISTIC: two folds of this log end in different states");
    report.sizes = measure_prefixes(projection, events);
    summarise(timings, report);
    return report;
}

/// Measures the projection of D.
template <Domain D>
[[nodiscard]] Report measure(const EventLog<D>& log, const MeasurementOptions& options = {}) {
    return measure<D>(log, projection_of<D>(std::string(type_name<D>)), options);
}

} // namespace evenfold::bench
