#include "evenfold/bench/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "evenfold/bench/compare.hpp"
#include "evenfold/bench/numbers.hpp"
#include "evenfold/core/text/utf8.hpp"

namespace evenfold::bench {
namespace {

constexpr std::size_t digest_shown = 12;
constexpr std::size_t kinds_shown = 16;

using TableRow = std::vector<std::string>;

std::string warnings_text(const std::vector<std::string>& warnings) {
    std::string text;
    for (const std::string& warning : warnings) text += "! " + warning + "\n";
    return text;
}

std::string log_text(const Origin& log) {
    const std::string seed = log.seed ? fmt::format(", seed {}", *log.seed) : "";
    return fmt::format("{} event{} from {}{}, digest {}", grouped(log.events), log.events == 1 ? "" : "s", log.from,
                       seed, log.digest.substr(0, digest_shown));
}

std::string rate_text(double ns) {
    return ns > 0 ? fmt::format("{} million events/s", short_text(1e3 / ns)) : "";
}

std::string confidence_text(const Estimate& estimate) {
    return fmt::format("in {} of 100 cases", short_text(100 * estimate.confidence));
}

std::string heap_text(const Heap& heap, std::uint64_t events) {
    const double each = events > 0 ? static_cast<double>(heap.live_bytes) / static_cast<double>(events) : 0;
    return fmt::format("{} allocations and {} per event; the model holds {}, {} per event",
                       short_text(heap.allocations), bytes_text(heap.bytes),
                       bytes_text(static_cast<double>(heap.live_bytes)), bytes_text(each));
}

std::string growth_text(const Report& report) {
    const double first = first_tenth_ns(report);
    const double last = last_tenth_ns(report);
    std::string text = fmt::format("first tenth {}, last tenth {}", time_text(first), time_text(last));
    if (first > 0) text += fmt::format(": x {}", short_text(last / first));
    return text;
}

std::string sizes_text(const Report& report) {
    std::string text;
    for (const PrefixCost& size : report.sizes) {
        if (!text.empty()) text += " · ";
        text += fmt::format("{} events {}", grouped(size.events), time_text(size.ns));
        if (size.live_bytes) text += fmt::format(", {}", bytes_text(static_cast<double>(*size.live_bytes)));
    }
    return text;
}

std::string replay_text(const Report& report) {
    std::string text;
    for (const ReplayPart& part : report.replay) {
        if (!text.empty()) text += " · ";
        text += fmt::format("{} {}", part.part, time_text(part.ns));
    }
    return text;
}

std::string kinds_text(const Report& report) {
    if (report.kinds.empty()) return {};
    const bool is_single = report.method.unit == 1;
    const auto time = [&](double ns) { return is_single ? time_text(ns) : "-"; };
    std::vector<TableRow> rows{{"kind", "events", "median", "p99", "of the time", "allocations"}};
    for (const KindFigures& kind : report.kinds) {
        if (rows.size() > kinds_shown) break;
        rows.push_back({kind.kind, grouped(kind.count), time(kind.median_ns), time(kind.p99_ns),
                        is_single ? share_text(kind.share) : "-",
                        kind.allocations ? short_text(*kind.allocations) : "-"});
    }
    std::string text = "\n" + aligned(rows);
    if (report.kinds.size() > kinds_shown)
        text += fmt::format("and {} kinds with a smaller share\n", report.kinds.size() - kinds_shown);
    return text;
}

} // namespace

std::string aligned(const std::vector<TableRow>& rows) {
    std::vector<std::size_t> widths;
    for (const TableRow& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t column = 0; column < row.size(); ++column)
            widths[column] = std::max(widths[column], utf8::count(row[column]));
    }
    std::string text;
    for (const TableRow& row : rows) {
        std::string line;
        for (std::size_t column = 0; column < row.size(); ++column) {
            const std::string space(widths[column] - utf8::count(row[column]), ' ');
            line += column == 0 ? row[column] + space : "  " + space + row[column];
        }
        text += line.erase(line.find_last_not_of(' ') + 1) + "\n";
    }
    return text;
}

std::string to_text(const Machine& machine) {
    std::string text = fmt::format("{}, {} processors, {}; {}", machine.processor, machine.processors, machine.system,
                                   machine.compiler);
    for (const std::string& word : {machine.build, machine.flags}) {
        if (!word.empty()) text += ", " + word;
    }
    return text + (machine.optimised ? ", optimised" : ", not optimised");
}

std::string to_text(const Method& method) {
    const std::string unit = method.unit == 1 ? "single events" : fmt::format("{} events at once", method.unit);
    return fmt::format("medians of {} repetitions after a warm-up; {} timed, less {} for reading the clock",
                       method.repetitions, unit, time_text(method.clock_ns));
}

std::string to_text(const Report& report) {
    const Distribution& one = report.one_event;
    std::string text = warnings_text(report.warnings);
    text += fmt::format("{}: {}\n{}\n{}\n\n", report.subject, log_text(report.log), to_text(report.machine),
                        to_text(report.method));
    std::vector<TableRow> rows;
    text += fmt::format("fold       {} per event ({} to {} {}), {}\n", time_text(report.fold_ns.median),
                        time_text(report.fold_ns.low), time_text(report.fold_ns.high), confidence_text(report.fold_ns),
                        rate_text(report.fold_ns.median));
    text += fmt::format("events     median {}, p90 {}, p99 {}, p99.9 {}, max {}\n", time_text(one.median_ns),
                        time_text(one.p90_ns), time_text(one.p99_ns), time_text(one.p999_ns), time_text(one.max_ns));
    text += fmt::format("heap       {}\n", report.heap ? heap_text(*report.heap, report.log.events)
                                                       : "not counted: link evenfold::bench_allocations");
    text += fmt::format("position   {}\n", growth_text(report));
    if (!report.sizes.empty()) text += fmt::format("size       {}\n", sizes_text(report));
    if (!report.replay.empty()) text += fmt::format("replay     {}, per event\n", replay_text(report));
    text += fmt::format("state      {}\n", report.state);
    return text + kinds_text(report);
}

std::string to_text(const ComparisonReport& comparison) {
    const auto side = [&](const ComparedProjection& one) -> TableRow {
        return {one.name, time_text(one.fold_ns), rate_text(one.fold_ns),
                one.heap ? short_text(one.heap->allocations) : "-",
                one.heap ? bytes_text(static_cast<double>(one.heap->live_bytes)) : "-"};
    };
    static constexpr std::array<std::string_view, 3> words{"is faster than", "does not differ from", "is slower than"};
    return warnings_text(comparison.warnings) +
           fmt::format("{}\n{}\n\n", log_text(comparison.log), to_text(comparison.machine)) +
           aligned(
               {{"projection", "per event", "rate", "allocations", "heap"}, side(comparison.a), side(comparison.b)}) +
           fmt::format("\n{} {} {}: it takes x {} ({} to {} {}, {} pairs)\nboth end in state {}\n", comparison.b.name,
                       words[static_cast<std::size_t>(verdict(comparison))], comparison.a.name,
                       short_text(comparison.ratio.median), short_text(comparison.ratio.low),
                       short_text(comparison.ratio.high), confidence_text(comparison.ratio), comparison.pairs,
                       comparison.state);
}

std::string to_text(const Difference& difference) {
    std::string text;
    for (const std::string& note : difference.notes) text += "! " + note + "\n";
    std::vector<TableRow> rows{{"figure", "before", "now", "factor"}};
    for (const FigureChange& change : difference.changes)
        rows.push_back({change.figure, amount_text(change.unit, change.before), amount_text(change.unit, change.now),
                        short_text(change.factor)});
    return text + aligned(rows);
}

std::string to_text(const StatesDiffer& differ) {
    std::string text = fmt::format("cannot compare {} and {}, because they end in different states: {} and {}; ",
                                   differ.name_a, differ.name_b, differ.state_a, differ.state_b);
    if (differ.event.empty()) return text + "their initial states differ";
    return text +
           fmt::format("they agree up to event {} and differ after the next, of kind {}", differ.agreed, differ.event);
}

void print(const Report& report) {
    fmt::print("{}", to_text(report));
}

void print(const ComparisonReport& comparison) {
    fmt::print("{}", to_text(comparison));
}

} // namespace evenfold::bench
