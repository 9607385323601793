#include "evenfold/bench/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "evenfold/bench/numbers.hpp"
#include "evenfold/bench/plot.hpp"
#include "evenfold/bench/text.hpp"

namespace evenfold::bench {
namespace {

constexpr std::size_t kinds_shown_max = 16;
constexpr double wide = 880;
constexpr double narrow = 340;

constexpr std::string_view style = R"(
:root { color-scheme: light dark; --page: #fff; --ink: #1d2430; --faint: #5b6472; --line: #dfe3e8; --tile: #f5f7f9;
  --series: #1f6fb8; --mark: #b4471b; --warn: #fdeee6; }
@media (prefers-color-scheme: dark) { :root { --page: #14181d; --ink: #e6e9ed; --faint: #9aa4b1; --line: #313842;
  --tile: #1c2229; --series: #5aa7ec; --mark: #f0905f; --warn: #3a2419; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 928px; margin: 0 auto; padding: 24px; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 17px; margin: 36px 0 4px; }
p { margin: 0 0 8px; color: var(--faint); overflow-wrap: anywhere; }
.warning { background: var(--warn); color: var(--ink); border-left: 4px solid var(--mark); padding: 8px 12px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 20px 0; }
.tile { background: var(--tile); border-radius: 8px; padding: 12px 14px; }
.tile b { display: block; font-size: 22px; line-height: 1.3; } .tile span { color: var(--faint); font-size: 13px; }
svg { display: block; max-width: 100%; height: auto; } .narrow { display: none; } .narrow svg { width: 100%; }
.label { fill: var(--faint); font: 12px system-ui, sans-serif; }
.title { fill: var(--ink); font: 13px system-ui, sans-serif; }
.said { fill: var(--mark); font: 12px system-ui, sans-serif; }
.grid { stroke: var(--line); } .axis { stroke: var(--faint); }
.mark { stroke: var(--mark); stroke-width: 1.5; stroke-dasharray: 5 4; }
.series { fill: none; stroke: var(--series); stroke-width: 2; stroke-linejoin: round; }
.bar { fill: var(--series); } .hover { fill: transparent; } .hover:hover { fill: var(--ink); fill-opacity: .08; }
.kind { display: grid; grid-template-columns: 190px 1fr 345px; gap: 4px 12px; align-items: center; padding: 3px 0; }
.kind div { background: var(--series); height: 14px; border-radius: 0 3px 3px 0; min-width: 2px; }
.kind span:last-child { color: var(--faint); font-size: 13px; } .kind b { color: var(--ink); font-weight: 600; }
.next { margin-top: 20px; } .scroll { margin-top: 12px; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; } caption { text-align: left; color: var(--faint); }
th, td { text-align: right; padding: 5px 10px; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; } th { color: var(--faint); font-weight: 500; }
table.words td { white-space: normal; text-align: left; overflow-wrap: anywhere; }
table.words td:first-child { color: var(--faint); width: 130px; }
@media (max-width: 640px) { main { padding: 16px; } .wide { display: none; } .narrow { display: block; }
  .kind { grid-template-columns: 1fr; padding: 6px 0; }
  th, td { padding: 5px 6px; } td:first-child { white-space: normal; overflow-wrap: anywhere; } }
)";

using TableRow = std::vector<std::string>;

std::string rows_of(const std::vector<TableRow>& rows, std::string_view cell) {
    std::string text;
    for (const TableRow& row : rows) {
        text += "<tr>";
        for (const std::string& one : row) text += fmt::format("<{0}>{1}</{0}>", cell, escaped(one));
        text += "</tr>\n";
    }
    return text;
}

std::string table(const TableRow& heads, const std::vector<TableRow>& rows) {
    return "<div class=\"scroll\"><table>\n<thead>" + rows_of({heads}, "th") + "</thead>\n<tbody>" +
           rows_of(rows, "td") + "</tbody></table></div>\n";
}

std::string words_table(const std::vector<TableRow>& rows) {
    return "<table class=\"words\"><tbody>\n" + rows_of(rows, "td") + "</tbody></table>\n";
}

std::string tile(std::string_view figure, std::string_view what) {
    return fmt::format("<div class=\"tile\"><b>{}</b><span>{}</span></div>\n", escaped(figure), escaped(what));
}

std::string tiles(const Report& report) {
    std::string text = "<div class=\"tiles\">\n";
    text += tile(time_text(report.fold_ns.median), "per event, over the whole fold");
    text += tile(time_text(report.one_event.median_ns), "median of events");
    text += tile(time_text(report.one_event.p99_ns), "99th percentile");
    if (report.heap) {
        text += tile(short_text(report.heap->allocations), "allocations per event");
        text += tile(bytes_text(static_cast<double>(report.heap->live_bytes)), "held by the model");
    }
    return text + "</div>\n";
}

std::string both(const Report& report, std::string (*plot)(const Report&, double)) {
    return "<div class=\"wide\">" + plot(report, wide) + "</div>\n<div class=\"narrow\">" + plot(report, narrow) +
           "</div>\n";
}

/// Draws one bar per kind: its share of the time.
std::string kind_bars(const Report& report) {
    double most = 0;
    for (const KindFigures& kind : report.kinds) most = std::max(most, kind.share);
    std::string text;
    for (const KindFigures& kind : report.kinds | std::views::take(kinds_shown_max)) {
        text += fmt::format("<div class=\"kind\"><span>{}</span><div style=\"width: {:.2f}%\"></div>"
                            "<span><b>{}</b> of the time, median {}, p99 {}</span></div>\n",
                            escaped(kind.kind), most > 0 ? 100 * kind.share / most : 0, escaped(share_text(kind.share)),
                            time_text(kind.median_ns), time_text(kind.p99_ns));
    }
    return text;
}

std::string kinds_plot_here(const Report& report, double width) {
    return kinds_plot(report, width, kinds_shown_max);
}

std::string kinds_table(const Report& report) {
    const auto counted = [](const std::optional<double>& figure) {
        return figure ? short_text(*figure) : "not counted";
    };
    std::vector<TableRow> rows;
    for (const KindFigures& kind : report.kinds)
        rows.push_back({kind.kind, grouped(kind.count), time_text(kind.median_ns), time_text(kind.p99_ns),
                        share_text(kind.share), counted(kind.allocations), counted(kind.bytes)});
    return table({"kind", "events", "median", "p99", "of the time", "allocations each", "bytes each"}, rows);
}

std::string kinds_section(const Report& report) {
    std::string text = "<h2>By kind of event</h2>\n";
    if (report.method.unit == 1)
        text +=
            "<p>Where the time goes: the share of each kind in the time of all events.</p>\n" + kind_bars(report) +
            "<p class=\"next\">Time per event of each kind: a dot at the median, a line to the 99th percentile.</p>\n" +
            both(report, kinds_plot_here);
    else
        text += "<p>Single events were not timed, so kinds have counts but no times.</p>\n";
    return text + kinds_table(report);
}

std::string growth_section(const Report& report) {
    std::vector<TableRow> rows;
    for (const PrefixCost& size : report.sizes)
        rows.push_back({grouped(size.events), time_text(size.ns),
                        size.live_bytes ? bytes_text(static_cast<double>(*size.live_bytes)) : "not counted"});
    return "<h2>Growth with size</h2>\n<p>Prefixes of the log, each folded on its own.</p>\n" +
           table({"events", "per event", "model"}, rows);
}

std::string replay_section(const Report& report) {
    if (report.replay.empty()) return {};
    std::vector<TableRow> rows;
    for (const ReplayPart& part : report.replay) rows.push_back({part.part, time_text(part.ns)});
    return "<h2>Replay of the journal</h2>\n<p>The parts, each measured alone, and the replay as a whole.</p>\n" +
           table({"part", "per event"}, rows);
}

std::string difference_section(const std::optional<Difference>& against) {
    if (!against) return {};
    std::string text = "<h2>Compared with the earlier report</h2>\n<p>Factors above 1 are worse.</p>\n";
    for (const std::string& note : against->notes) text += "<p class=\"warning\">" + escaped(note) + "</p>\n";
    std::vector<TableRow> rows;
    for (const FigureChange& change : against->changes)
        rows.push_back({change.figure, amount_text(change.unit, change.before), amount_text(change.unit, change.now),
                        "x " + short_text(change.factor)});
    return text + table({"figure", "before", "now", "factor"}, rows);
}

std::string about_section(const Report& report) {
    const Estimate& fold = report.fold_ns;
    std::vector<TableRow> rows{
        {"log", fmt::format("{} events from {}", grouped(report.log.events), report.log.from)},
        {"log digest", report.log.digest},
        {"state digest", report.state},
        {"fold", fmt::format("{} per event; {} to {} in {} of 100 cases", time_text(fold.median), time_text(fold.low),
                             time_text(fold.high), short_text(100 * fold.confidence))},
        {"events", fmt::format("median {}, p90 {}, p99 {}, p99.9 {}, max {}", time_text(report.one_event.median_ns),
                               time_text(report.one_event.p90_ns), time_text(report.one_event.p99_ns),
                               time_text(report.one_event.p999_ns), time_text(report.one_event.max_ns))},
        {"position", fmt::format("first tenth {}, last tenth {}", time_text(first_tenth_ns(report)),
                                 time_text(last_tenth_ns(report)))},
        {"heap", report.heap ? fmt::format("{} allocations and {} per event; {} live at the end",
                                           short_text(report.heap->allocations), bytes_text(report.heap->bytes),
                                           bytes_text(static_cast<double>(report.heap->live_bytes)))
                             : "not counted"},
        {"measured", to_text(report.method)},
        {"machine", to_text(report.machine)}};
    if (report.log.seed) rows.insert(rows.begin() + 1, {"seed", fmt::format("{}", *report.log.seed)});
    return "<h2>Log, machine and method</h2>\n" + words_table(rows);
}

} // namespace

std::string page(const Report& report, const std::optional<Difference>& against) {
    std::string text =
        fmt::format("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                    "<title>{0}: {1} events</title>\n<style>{2}</style>\n</head>\n<body>\n<main>\n"
                    "<h1>{0}</h1>\n<p>The fold of {1} events from {3}.</p>\n",
                    escaped(report.subject), grouped(report.log.events), style, escaped(report.log.from));
    for (const std::string& warning : report.warnings) text += "<p class=\"warning\">" + escaped(warning) + "</p>\n";
    text += tiles(report);
    text += difference_section(against);
    text += "<h2>Cost over the log</h2>\n<p>The cost per event over its position in the log.</p>\n" +
            both(report, position_plot);
    text += kinds_section(report);
    text += "<h2>Distribution</h2>\n<p>The number of events by their time.</p>\n" + both(report, distribution_plot);
    text += growth_section(report) + replay_section(report) + about_section(report);
    return text + "</main>\n</body>\n</html>\n";
}

} // namespace evenfold::bench
