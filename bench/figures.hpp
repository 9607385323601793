/// What a bench has found out, as plain data: to be printed, stored, read back, compared and drawn.
/// Shapes: times in nanoseconds, sizes in bytes, figures "an event" where the name does not say otherwise; absent: not
/// counted. As JSON by the codec, told in docs/benchmarking.md.
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

/// Where it ran and how it was built. Figures of two machines do not compare; ratios within one run do.
struct Machine {
    EVENFOLD_STRUCT(Machine,
        (std::string, processor), (std::uint32_t, processors), (std::string, system), (std::string, compiler),
        (std::string, build), (std::string, flags), (bool, optimised), (bool, assertions), (bool, sanitised));
    friend bool operator==(const Machine&, const Machine&) = default;
};

/// Which events: two logs of one digest are the same. `seed` where they were drawn.
struct Origin {
    EVENFOLD_STRUCT(Origin,
        (std::string, from), (std::uint64_t, events), (std::string, digest), (std::optional<std::uint64_t>, seed));
    friend bool operator==(const Origin&, const Origin&) = default;
};

/// How it was measured: `unit` events at once for the distribution, `batch` for the cost by position.
struct Method {
    EVENFOLD_STRUCT(Method,
        (std::uint64_t, repetitions), (std::uint64_t, unit), (std::uint64_t, batch), (double, clock_ns));
    friend bool operator==(const Method&, const Method&) = default;
};

/// A median, and the bounds that hold the true one in `confidence` of all cases.
struct Estimate {
    EVENFOLD_STRUCT(Estimate, (double, median), (double, low), (double, high), (double, confidence));
    friend bool operator==(const Estimate&, const Estimate&) = default;
};

/// How many took from `from_ns` to less than `to_ns`.
struct Bar {
    EVENFOLD_STRUCT(Bar, (double, from_ns), (double, to_ns), (std::uint64_t, count));
    friend bool operator==(const Bar&, const Bar&) = default;
};

/// What events took, each the median of its repetitions.
struct Distribution {
    EVENFOLD_STRUCT(Distribution,
        (double, median_ns), (double, p90_ns), (double, p99_ns), (double, p999_ns), (double, max_ns),
        (std::vector<Bar>, bars));
    friend bool operator==(const Distribution&, const Distribution&) = default;
};

/// Events of one kind. `share` of all their time; times are 0 where the clock is too coarse for single events.
struct KindFigures {
    EVENFOLD_STRUCT(KindFigures,
        (std::string, kind), (std::uint64_t, count), (double, median_ns), (double, p99_ns), (double, share),
        (std::optional<double>, allocations), (std::optional<double>, bytes));
    friend bool operator==(const KindFigures&, const KindFigures&) = default;
};

/// What the events from place `from` (0 is the first) took.
struct Stretch {
    EVENFOLD_STRUCT(Stretch, (std::uint64_t, from), (std::uint64_t, events), (double, ns));
    friend bool operator==(const Stretch&, const Stretch&) = default;
};

/// The first `events` of the log folded alone, again and again: what an event took, and what the model holds.
struct Size {
    EVENFOLD_STRUCT(Size, (std::uint64_t, events), (double, ns), (std::optional<std::int64_t>, live_bytes));
    friend bool operator==(const Size&, const Size&) = default;
};

/// What the fold asked of the heap; `live_bytes` is all that the model holds at the end.
struct Heap {
    EVENFOLD_STRUCT(Heap, (double, allocations), (double, bytes), (std::int64_t, live_bytes));
    friend bool operator==(const Heap&, const Heap&) = default;
};

/// A part of a replay.
struct Part {
    EVENFOLD_STRUCT(Part, (std::string, part), (double, ns));
    friend bool operator==(const Part&, const Part&) = default;
};

/// A projection over a log.
struct Report {
    EVENFOLD_STRUCT(Report,
        (std::string, subject), (Origin, log), (std::string, state), (Machine, machine), (Method, method),
        (Estimate, fold_ns), (Distribution, one_event), (std::optional<Heap>, heap), (std::vector<KindFigures>, kinds),
        (std::vector<Stretch>, stretches), (std::vector<Size>, sizes), (std::vector<Part>, replay),
        (std::vector<std::string>, warnings));
    friend bool operator==(const Report&, const Report&) = default;
};

/// One of two projections.
struct Side {
    EVENFOLD_STRUCT(Side, (std::string, name), (double, fold_ns), (std::optional<Heap>, heap));
    friend bool operator==(const Side&, const Side&) = default;
};

/// Two projections over one log that end in one state. `ratio` is what `b` took against `a`, pair by pair.
struct Versus {
    EVENFOLD_STRUCT(Versus,
        (Origin, log), (std::string, state), (Machine, machine), (std::uint64_t, pairs), (Side, a), (Side, b),
        (Estimate, ratio), (std::vector<std::string>, warnings));
    friend bool operator==(const Versus&, const Versus&) = default;
};

/// What the interval of the ratio lets one say of `b`.
enum class Verdict : std::uint8_t { faster, no_difference, slower };

[[nodiscard]] Verdict verdict(const Versus& versus);

/// The mean cost of an event in the first tenth of the log, and in the last; 0 of an empty log.
[[nodiscard]] double first_tenth_ns(const Report& report);
[[nodiscard]] double last_tenth_ns(const Report& report);

/// One JSON document, on lines.
[[nodiscard]] std::string to_json(const Report& report);
[[nodiscard]] std::string to_json(const Versus& versus);

/// The report that `json` holds, or what is wrong with it, and where.
[[nodiscard]] std::expected<Report, std::string> report_of(std::string_view json);

} // namespace evenfold::bench

namespace evenfold {
extern template const Shape& shape_of<bench::Report>();
extern template const Shape& shape_of<bench::Versus>();
} // namespace evenfold
