#include "evenfold/bench/measure.hpp"

#include <algorithm>
#include <tuple>

namespace evenfold::bench {
namespace {

constexpr std::size_t stretches_max = 100;

Distribution distribution_of(std::vector<double> times) {
    std::ranges::sort(times);
    return {.median_ns = quantile(times, 0.5),
            .p90_ns = quantile(times, 0.9),
            .p99_ns = quantile(times, 0.99),
            .p999_ns = quantile(times, 0.999),
            .max_ns = quantile(times, 1),
            .bars = bars_of(times)};
}

/// Divides each time by the number of its events: `unit`, or fewer for the last.
std::vector<double> by_event(std::vector<double> times, std::size_t unit, std::size_t events) {
    for (std::size_t at = 0; at < times.size(); ++at)
        times[at] /= static_cast<double>(std::min(unit, events - at * unit));
    return times;
}

std::vector<KindFigures> kinds_of(const RawTimings& timings, const std::vector<double>& times) {
    const bool is_single = timings.unit == 1;
    std::vector<std::vector<double>> of_kind(timings.names.size());
    std::vector<std::uint64_t> counts(timings.names.size());
    double all_ns = 0;
    for (std::size_t at = 0; at < timings.kind_of.size(); ++at) {
        ++counts[timings.kind_of[at]];
        if (!is_single) continue;
        of_kind[timings.kind_of[at]].push_back(times[at]);
        all_ns += times[at];
    }
    std::vector<KindFigures> kinds;
    for (std::size_t kind = 0; kind < counts.size(); ++kind) {
        if (counts[kind] == 0) continue;
        double sum = 0;
        for (const double time : of_kind[kind]) sum += time;
        std::ranges::sort(of_kind[kind]);
        const auto count = static_cast<double>(counts[kind]);
        const bool is_counted = !timings.allocations_by_kind.empty();
        const Allocations allocated = is_counted ? timings.allocations_by_kind[kind] : Allocations{};
        kinds.push_back(
            {.kind = timings.names[kind],
             .count = counts[kind],
             .median_ns = quantile(of_kind[kind], 0.5),
             .p99_ns = quantile(of_kind[kind], 0.99),
             .share = all_ns > 0 ? sum / all_ns : 0,
             .allocations = is_counted ? std::optional(static_cast<double>(allocated.count) / count) : std::nullopt,
             .bytes = is_counted ? std::optional(static_cast<double>(allocated.bytes) / count) : std::nullopt});
    }
    std::ranges::sort(kinds, [](const KindFigures& a, const KindFigures& b) {
        return std::tie(b.share, b.count, a.kind) < std::tie(a.share, a.count, b.kind);
    });
    return kinds;
}

/// Merges batches into at most a hundred stretches whose lengths differ by at most one batch.
std::vector<Stretch> stretches_of(const std::vector<double>& batches, std::size_t batch, std::size_t events) {
    const std::size_t stretches = std::min(batches.size(), stretches_max);
    std::vector<Stretch> all;
    for (std::size_t which = 0; which < stretches; ++which) {
        const std::size_t begin = which * batches.size() / stretches;
        const std::size_t end = (which + 1) * batches.size() / stretches;
        double time = 0;
        for (std::size_t one = begin; one < end; ++one) time += batches[one];
        const std::size_t count = std::min(end * batch, events) - begin * batch;
        all.push_back({.from = begin * batch, .events = count, .ns = time / static_cast<double>(count)});
    }
    return all;
}

} // namespace

std::size_t repetitions_in(double budget_ns, double once_ns, std::size_t least, std::size_t most) {
    const double wanted = once_ns > 0 ? budget_ns / once_ns : static_cast<double>(most);
    const auto rounded = static_cast<std::size_t>(std::min(wanted, static_cast<double>(most)));
    return std::clamp(rounded, least, most) | 1U;
}

void summarise(const RawTimings& timings, Report& report) {
    const std::size_t events = timings.kind_of.size();
    report.method = {.repetitions = timings.wholes.size(),
                     .unit = timings.unit,
                     .batch = timings.batch,
                     .clock_ns = timings.clock_ns};
    std::vector<double> folds = timings.wholes;
    for (double& fold : folds)
        fold = events > 0 ? std::max(0.0, fold - timings.clock_ns) / static_cast<double>(events) : 0;
    report.fold_ns = estimate(std::move(folds), timings.confidence);
    const std::vector<double> units = by_event(median_times(timings.units, timings.clock_ns), timings.unit, events);
    report.one_event = distribution_of(units);
    report.kinds = kinds_of(timings, units);
    report.stretches = stretches_of(median_times(timings.batches, timings.clock_ns), timings.batch, events);
}

} // namespace evenfold::bench
