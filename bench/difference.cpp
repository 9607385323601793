#include "evenfold/bench/difference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>

#include "evenfold/bench/numbers.hpp"

namespace evenfold::bench {
namespace {

constexpr double share_min = 0.01;             // of the time: rarer kinds are noise
constexpr std::uint64_t kind_events_min = 100; // fewer have no meaningful median
constexpr double time_grain_ns = 5;            // maximum error of two readings of a clock with nanosecond ticks
constexpr double bytes_grain = 0.5;
constexpr double allocations_grain = 0.005;

double grain_of(Unit unit) {
    switch (unit) {
    case Unit::nanoseconds: return time_grain_ns;
    case Unit::bytes: return bytes_grain;
    case Unit::allocations: return allocations_grain;
    }
    return 0;
}

class ReportComparison {
public:
    void add(std::string figure, Unit unit, double before, double now) {
        const double apart = now > before ? now - before : before - now;
        const double factor = apart < grain_of(unit) ? 1 : now / std::max(before, grain_of(unit));
        difference_.changes.push_back(
            {.figure = std::move(figure), .unit = unit, .before = before, .now = now, .factor = factor});
    }

    void note(std::string text) { difference_.notes.push_back(std::move(text)); }

    Difference finish() {
        std::ranges::sort(difference_.changes, [](const FigureChange& a, const FigureChange& b) {
            return std::tie(b.factor, a.figure) < std::tie(a.factor, b.figure);
        });
        return std::move(difference_);
    }

private:
    Difference difference_;
};

void heap(const std::optional<Heap>& before, const std::optional<Heap>& now, ReportComparison& comparison) {
    if (!before || !now) return;
    comparison.add("allocations per event", Unit::allocations, before->allocations, now->allocations);
    comparison.add("bytes allocated per event", Unit::bytes, before->bytes, now->bytes);
    comparison.add("heap of the model", Unit::bytes, static_cast<double>(before->live_bytes),
                   static_cast<double>(now->live_bytes));
}

void kinds(const Report& before, const Report& now, ReportComparison& comparison) {
    for (const KindFigures& kind : now.kinds) {
        const auto same = std::ranges::find(before.kinds, kind.kind, &KindFigures::kind);
        if (same == before.kinds.end() || kind.count < kind_events_min) continue;
        if (std::max(kind.share, same->share) < share_min) continue;
        comparison.add("median of " + kind.kind, Unit::nanoseconds, same->median_ns, kind.median_ns);
    }
}

void parts(const Report& before, const Report& now, ReportComparison& comparison) {
    for (const ReplayPart& part : now.replay) {
        const auto same = std::ranges::find(before.replay, part.part, &ReplayPart::part);
        if (same == before.replay.end() || part.part == "fold") continue; // the fold has a figure of its own
        comparison.add(part.part == "replay" ? "replay of the journal" : part.part + " of the journal",
                       Unit::nanoseconds, same->ns, part.ns);
    }
}

} // namespace

std::expected<Difference, std::string> difference(const Report& before, const Report& now) {
    if (before.subject != now.subject)
        return std::unexpected(
            fmt::format("the earlier report is of {}, this one is of {}", before.subject, now.subject));
    if (before.log.events != now.log.events)
        return std::unexpected(fmt::format("the earlier report is of another log: it has {} events, this one has {}",
                                           grouped(before.log.events), grouped(now.log.events)));
    if (before.log.digest != now.log.digest)
        return std::unexpected(fmt::format("the earlier report is of another log: its digest is {}, this one's is {}",
                                           before.log.digest.substr(0, 16), now.log.digest.substr(0, 16)));
    ReportComparison comparison;
    if (before.state != now.state) comparison.note("the final states differ: the projection has changed");
    if (before.machine != now.machine)
        comparison.note("the machine or the build differs, so the factors are of little meaning");
    if (before.method.unit != now.method.unit)
        comparison.note(fmt::format("the earlier report timed {} events at once, this one {}", before.method.unit,
                                    now.method.unit));
    comparison.add("fold, per event", Unit::nanoseconds, before.fold_ns.median, now.fold_ns.median);
    if (before.method.unit == now.method.unit) {
        comparison.add("median of events", Unit::nanoseconds, before.one_event.median_ns, now.one_event.median_ns);
        comparison.add("p99 of events", Unit::nanoseconds, before.one_event.p99_ns, now.one_event.p99_ns);
        kinds(before, now, comparison);
    }
    comparison.add("last tenth of the log", Unit::nanoseconds, last_tenth_ns(before), last_tenth_ns(now));
    heap(before.heap, now.heap, comparison);
    parts(before, now, comparison);
    return comparison.finish();
}

std::vector<FigureChange> worse_than(const Difference& difference, double factor) {
    std::vector<FigureChange> worse;
    std::ranges::copy_if(difference.changes, std::back_inserter(worse),
                         [&](const FigureChange& change) { return !(change.factor <= factor); });
    return worse;
}

std::string amount_text(Unit unit, double amount) {
    switch (unit) {
    case Unit::nanoseconds: return time_text(amount);
    case Unit::bytes: return bytes_text(amount);
    case Unit::allocations: return short_text(amount);
    }
    return {};
}

} // namespace evenfold::bench
