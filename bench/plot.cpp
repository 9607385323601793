#include "evenfold/bench/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "evenfold/bench/numbers.hpp"

namespace evenfold::bench {
namespace {

constexpr double height = 280;
constexpr double letter = 7; // approximate width of one at label size

/// Maps values to positions in a picture.
struct PlotFrame {
    double left;
    double right;
    double top;
    double bottom;
    double x_low;
    double x_high;
    double y_high; // from 0

    [[nodiscard]] double x(double value) const {
        return x_high > x_low ? left + (value - x_low) / (x_high - x_low) * (right - left) : left;
    }
    [[nodiscard]] double y(double value) const { return bottom - value / y_high * (bottom - top); }
};

enum class TextAnchor : std::uint8_t { start, middle, end };

std::string label(double x, double y, TextAnchor anchor, std::string_view text, std::string_view kind = "label") {
    static constexpr std::array<std::string_view, 3> names{"start", "middle", "end"};
    return fmt::format("<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", kind, x, y,
                       names[static_cast<std::size_t>(anchor)], escaped(text));
}

std::string line(double x1, double y1, double x2, double y2, std::string_view kind) {
    return fmt::format("<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n", kind, x1, y1,
                       x2, y2);
}

std::string box(double x, double y, double width, double high, std::string_view kind, std::string_view title) {
    return fmt::format("<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\">"
                       "<title>{}</title></rect>\n",
                       kind, x, y, std::max(width, 0.0), std::max(high, 0.0), escaped(title));
}

std::string opened(double width, double high, std::string_view name) {
    return fmt::format("<svg role=\"img\" aria-label=\"{}\" width=\"{:.0f}\" height=\"{:.0f}\" viewBox=\"0 0 {:.0f} "
                       "{:.0f}\">\n",
                       escaped(name), width, high, width, high);
}

/// Draws horizontal lines at round numbers, each number at its left, and the title above.
std::string upright_axis(const PlotFrame& frame, std::string_view title, std::string (*text)(double)) {
    std::string svg;
    for (const double at : round_steps(0, frame.y_high, 6)) {
        svg += line(frame.left, frame.y(at), frame.right, frame.y(at), at == 0 ? "axis" : "grid");
        svg += label(frame.left - 8, frame.y(at) + 4, TextAnchor::end, text(at));
    }
    return svg + label(0, 14, TextAnchor::start, title, "title");
}

std::string below(const PlotFrame& frame, double at, std::string_view text) {
    const double x = frame.x(at);
    const double half = letter * static_cast<double>(text.size()) / 2;
    const TextAnchor anchor = x - half < 0                 ? TextAnchor::start
                              : x + half > frame.right + 8 ? TextAnchor::end
                                                           : TextAnchor::middle;
    return line(x, frame.bottom, x, frame.bottom + 5, "axis") + label(x, frame.bottom + 19, anchor, text);
}

std::string below_all(const PlotFrame& frame, std::string_view title) {
    return label((frame.left + frame.right) / 2, height - 6, TextAnchor::middle, title, "title");
}

/// Draws a vertical line at `at`; its label is in row `row` above the plot.
std::string upright_mark(const PlotFrame& frame, double at, std::size_t row, std::string_view text) {
    const double x = frame.x(at);
    const bool is_right = x > (frame.left + frame.right) / 2;
    const double y = frame.top - 28 + 14 * static_cast<double>(row);
    return line(x, y - 9, x, frame.bottom, "mark") +
           label(is_right ? x - 6 : x + 6, y, is_right ? TextAnchor::end : TextAnchor::start, text, "said");
}

std::string nanoseconds(double at) {
    return short_text(at);
}

std::string percent(double at) {
    return short_text(at);
}

/// Draws 1, 10, 100, ... ns as labels of the axis.
std::string decades(const PlotFrame& frame) {
    std::string svg;
    for (double power = std::ceil(frame.x_low); power <= std::floor(frame.x_high); ++power) {
        svg += line(frame.x(power), frame.top, frame.x(power), frame.bottom, "grid");
        svg += below(frame, power, time_text(std::pow(10, power)));
    }
    return svg;
}

} // namespace

std::vector<double> round_steps(double low, double high, std::size_t most) {
    if (!(high > low) || most < 2) return {low};
    const double rough = (high - low) / static_cast<double>(most - 1);
    const double power = std::pow(10, std::floor(std::log10(rough)));
    double step = 10 * power;
    for (const double part : {1.0, 2.0, 5.0}) {
        if (part * power >= rough * (1 - 1e-9)) {
            step = part * power;
            break;
        }
    }
    std::vector<double> steps;
    for (double number = std::ceil(low / step - 1e-9); number * step <= high * (1 + 1e-9); ++number)
        steps.push_back(number * step);
    return steps;
}

std::string escaped(std::string_view text) {
    std::string safe;
    for (const char one : text) {
        switch (one) {
        case '&': safe += "&amp;"; break;
        case '<': safe += "&lt;"; break;
        case '>': safe += "&gt;"; break;
        case '"': safe += "&quot;"; break;
        default:
            if (static_cast<unsigned char>(one) >= 0x20 || one == '\n') safe += one; // others are invalid in XML
        }
    }
    return safe;
}

std::string position_plot(const Report& report, double width) {
    double most = report.fold_ns.median;
    for (const Stretch& stretch : report.stretches) most = std::max(most, stretch.ns);
    const double longest = letter * static_cast<double>(short_text(most).size() + 1);
    const PlotFrame frame{.left = longest + 12,
                          .right = width - 12,
                          .top = 56,
                          .bottom = height - 46,
                          .x_low = 0,
                          .x_high = static_cast<double>(std::max<std::uint64_t>(report.log.events, 1)),
                          .y_high = std::max(most * 1.08, 1.0)};
    std::string svg = opened(width, height, "Cost per event over the position in the log");
    svg += upright_axis(frame, "ns per event", nanoseconds);
    for (const double at : round_steps(0, frame.x_high, width < 500 ? 4 : 8))
        svg += below(frame, at, grouped(static_cast<std::uint64_t>(std::llround(at))));
    svg += below_all(frame, "position in the log, in events");
    std::string path;
    std::string hovers;
    for (const Stretch& stretch : report.stretches) {
        const auto from = static_cast<double>(stretch.from);
        const double to = from + static_cast<double>(stretch.events);
        path += fmt::format("{}{:.1f},{:.1f} {:.1f},{:.1f}", path.empty() ? "" : " ", frame.x(from),
                            frame.y(stretch.ns), frame.x(to), frame.y(stretch.ns));
        hovers += box(frame.x(from), frame.top, frame.x(to) - frame.x(from), frame.bottom - frame.top, "hover",
                      fmt::format("events {} to {}: {} each", grouped(stretch.from + 1),
                                  grouped(stretch.from + stretch.events), time_text(stretch.ns)));
    }
    svg += fmt::format("<polyline class=\"series\" points=\"{}\"/>\n", path);
    const double mean = frame.y(report.fold_ns.median);
    svg += line(frame.left, mean, frame.right, mean, "mark");
    svg += label(frame.right, frame.top - 14, TextAnchor::end,
                 fmt::format("dashed: the whole fold, {} per event", time_text(report.fold_ns.median)), "said");
    return svg + hovers + "</svg>\n";
}

std::string kinds_plot(const Report& report, double width, std::size_t most) {
    const std::span<const KindFigures> kinds = std::span(report.kinds).first(std::min(most, report.kinds.size()));
    if (kinds.empty()) return {};
    const bool is_narrow = width < 500; // if so, names are above their lines, else before them
    const double row = is_narrow ? 36 : 24;
    const auto position = [](double ns) { return std::log10(std::max(ns, 1.0)); };
    double least = position(kinds.front().median_ns);
    double greatest = position(kinds.front().p99_ns);
    for (const KindFigures& kind : kinds) {
        least = std::min(least, position(kind.median_ns));
        greatest = std::max(greatest, position(kind.p99_ns));
    }
    const PlotFrame frame{.left = is_narrow ? 8.0 : 200.0,
                          .right = width - 24,
                          .top = 8,
                          .bottom = 8 + row * static_cast<double>(kinds.size()) + 4,
                          .x_low = std::floor(least),
                          .x_high = std::max(std::ceil(greatest), std::floor(least) + 1),
                          .y_high = 1};
    std::string svg = opened(width, frame.bottom + 44, "Time per event of each kind") + decades(frame);
    double y = frame.top;
    for (const KindFigures& kind : kinds) {
        y += row;
        const double middle = y - 8;
        svg += is_narrow ? label(frame.left, middle - 10, TextAnchor::start, kind.kind)
                         : label(frame.left - 10, middle + 4, TextAnchor::end, kind.kind);
        const double median = frame.x(position(kind.median_ns));
        const double p99 = frame.x(position(kind.p99_ns));
        svg += line(median, middle, p99, middle, "series") + line(p99, middle - 4, p99, middle + 4, "series");
        svg += fmt::format("<circle class=\"bar\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5\"><title>{}</title></circle>\n",
                           median, middle,
                           escaped(fmt::format("{}: median {}, p99 {}", kind.kind, time_text(kind.median_ns),
                                               time_text(kind.p99_ns))));
    }
    return svg +
           label((frame.left + frame.right) / 2, frame.bottom + 38, TextAnchor::middle, "time of an event, logarithmic",
                 "title") +
           "</svg>\n";
}

std::string distribution_plot(const Report& report, double width) {
    const std::vector<Bar>& bars = report.one_event.bars;
    if (bars.empty()) return {};
    double all = 0;
    double most = 0;
    for (const Bar& bar : bars) {
        all += static_cast<double>(bar.count);
        most = std::max(most, static_cast<double>(bar.count));
    }
    const double low = std::log10(bars.front().from_ns);
    const PlotFrame frame{.left = 44,
                          .right = width - 12,
                          .top = 60,
                          .bottom = height - 46,
                          .x_low = low,
                          .x_high = std::max(std::log10(bars.back().to_ns), low + 1),
                          .y_high = std::max(100 * most / all * 1.05, 0.1)};
    std::string svg = opened(width, height, "Number of events by their time");
    svg += upright_axis(frame, "% of events", percent) + decades(frame);
    svg += below_all(frame, report.method.unit == 1 ? "time of an event, logarithmic"
                                                    : "time of an event in its batch, logarithmic");
    for (const Bar& bar : bars) {
        if (bar.count == 0) continue;
        const double share = static_cast<double>(bar.count) / all;
        const double x = frame.x(std::log10(bar.from_ns));
        const double y = std::min(frame.y(100 * share), frame.bottom - 1); // makes one event in a million visible
        svg += box(x + 0.5, y, frame.x(std::log10(bar.to_ns)) - x - 1, frame.bottom - y, "bar",
                   fmt::format("{} to {}: {} ({})", time_text(bar.from_ns), time_text(bar.to_ns), grouped(bar.count),
                               share_text(share)));
    }
    const auto at = [&](double ns) { return std::log10(std::max(ns, 1.0)); };
    svg += upright_mark(frame, at(report.one_event.median_ns), 0, "median " + time_text(report.one_event.median_ns));
    svg += upright_mark(frame, at(report.one_event.p99_ns), 1, "p99 " + time_text(report.one_event.p99_ns));
    return svg + "</svg>\n";
}

} // namespace evenfold::bench
