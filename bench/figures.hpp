/// The results of a bench as plain data, to be printed, stored, read back, compared and plotted.
/// Shapes: times in nanoseconds, sizes in bytes, figures per event unless the name says otherwise; absent means not
/// counted. The JSON form is that of the codec; see docs/benchmarking.md.
///
///     const std::string json = bench::to_json(report);
///     const std::expected<bench::Report, std::string> read = bench::report_of(json);
///     if (!read) return report_error(read.error());
///     assert(read->log.events == report.log.events);
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/core/reflection/structure.hpp"

namespace evenfold::bench {

/// The machine and the build. Figures of two machines are not comparable; ratios within one run are.
struct Machine {
    EVENFOLD_STRUCT(Machine,
        (std::string, processor), (std::uint32_t, processors), (std::string, system), (std::string, compiler),
        (std::string, build), (std::string, flags), (bool, optimised), (bool, assertions), (bool, sanitised));
    friend bool operator==(const Machine&, const Machine&) = default;
};

/// Identifies the events: two logs with equal digests are the same. `seed` is set if they were generated.
struct Origin {
    EVENFOLD_STRUCT(Origin,
        (std::string, from), (std::uint64_t, events), (std::string, digest), (std::optional<std::uint64_t>, seed));
    friend bool operator==(const Origin&, const Origin&) = default;
};

/// The method of measurement: `unit` events are timed at once for the distribution, `batch` for the cost by position.
struct Method {
    EVENFOLD_STRUCT(Method,
        (std::uint64_t, repetitions), (std::uint64_t, unit), (std::uint64_t, batch), (double, clock_ns));
    friend bool operator==(const Method&, const Method&) = default;
};

/// A median, and the interval that contains the true median with probability `confidence`.
struct Estimate {
    EVENFOLD_STRUCT(Estimate, (double, median), (double, low), (double, high), (double, confidence));
    friend bool operator==(const Estimate&, const Estimate&) = default;
};

/// The number of times from `from_ns` to less than `to_ns`.
struct Bar {
    EVENFOLD_STRUCT(Bar, (double, from_ns), (double, to_ns), (std::uint64_t, count));
    friend bool operator==(const Bar&, const Bar&) = default;
};

/// Distribution of the times of events; each time is the median of its repetitions.
struct Distribution {
    EVENFOLD_STRUCT(Distribution,
        (double, median_ns), (double, p90_ns), (double, p99_ns), (double, p999_ns), (double, max_ns),
        (std::vector<Bar>, bars));
    friend bool operator==(const Distribution&, const Distribution&) = default;
};

/// Figures of the events of one kind. `share` is their share of the total time. Times are 0 if the clock is too coarse
/// for single events.
struct KindFigures {
    EVENFOLD_STRUCT(KindFigures,
        (std::string, kind), (std::uint64_t, count), (double, median_ns), (double, p99_ns), (double, share),
        (std::optional<double>, allocations), (std::optional<double>, bytes));
    friend bool operator==(const KindFigures&, const KindFigures&) = default;
};

/// The cost of the `events` events from position `from` (0 is the first) on.
struct Stretch {
    EVENFOLD_STRUCT(Stretch, (std::uint64_t, from), (std::uint64_t, events), (double, ns));
    friend bool operator==(const Stretch&, const Stretch&) = default;
};

/// The first `events` events of the log, folded repeatedly on their own: the time per event, and the size of the model.
struct PrefixCost {
    EVENFOLD_STRUCT(PrefixCost, (std::uint64_t, events), (double, ns), (std::optional<std::int64_t>, live_bytes));
    friend bool operator==(const PrefixCost&, const PrefixCost&) = default;
};

/// Heap allocations of the fold per event; `live_bytes` is the size of the whole model at the end.
struct Heap {
    EVENFOLD_STRUCT(Heap, (double, allocations), (double, bytes), (std::int64_t, live_bytes));
    friend bool operator==(const Heap&, const Heap&) = default;
};

/// One part of a replay.
struct ReplayPart {
    EVENFOLD_STRUCT(ReplayPart, (std::string, part), (double, ns));
    friend bool operator==(const ReplayPart&, const ReplayPart&) = default;
};

/// The measurement of a projection over a log.
struct Report {
    EVENFOLD_STRUCT(Report,
        (std::string, subject), (Origin, log), (std::string, state), (Machine, machine), (Method, method),
        (Estimate, fold_ns), (Distribution, one_event), (std::optional<Heap>, heap), (std::vector<KindFigures>, kinds),
        (std::vector<Stretch>, stretches), (std::vector<PrefixCost>, sizes), (std::vector<ReplayPart>, replay),
        (std::vector<std::string>, warnings));
    friend bool operator==(const Report&, const Report&) = default;
};

/// One of two compared projections.
struct ComparedProjection {
    EVENFOLD_STRUCT(ComparedProjection, (std::string, name), (double, fold_ns), (std::optional<Heap>, heap));
    friend bool operator==(const ComparedProjection&, const ComparedProjection&) = default;
};

/// Two projections over one log that end in the same state. `ratio` is the time of `b` over that of `a`, pair by pair.
struct ComparisonReport {
    EVENFOLD_STRUCT(ComparisonReport,
        (Origin, log), (std::string, state), (Machine, machine), (std::uint64_t, pairs), (ComparedProjection, a),
        (ComparedProjection, b), (Estimate, ratio), (std::vector<std::string>, warnings));
    friend bool operator==(const ComparisonReport&, const ComparisonReport&) = default;
};

/// The conclusion about `b` that the interval of the ratio permits.
enum class ComparisonVerdict : std::uint8_t { faster, no_difference, slower };

[[nodiscard]] ComparisonVerdict verdict(const ComparisonReport& comparison);

/// Return the mean cost of an event in the first and in the last tenth of the log; 0 if the log is empty.
[[nodiscard]] double first_tenth_ns(const Report& report);
[[nodiscard]] double last_tenth_ns(const Report& report);

/// Return one JSON document, indented.
[[nodiscard]] std::string to_json(const Report& report);
[[nodiscard]] std::string to_json(const ComparisonReport& comparison);

/// Parses the report in `json`. The error says what is wrong, and where.
[[nodiscard]] std::expected<Report, std::string> report_of(std::string_view json);

} // namespace evenfold::bench

namespace evenfold {
extern template const Shape& shape_of<bench::Report>();
extern template const Shape& shape_of<bench::ComparisonReport>();
} // namespace evenfold
