#include "evenfold/bench/figures.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "evenfold/codec/codec.hpp"
#include "evenfold/codec/ordered_json.hpp"
#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold {
template const Shape& shape_of<bench::Report>();
template const Shape& shape_of<bench::ComparisonReport>();
} // namespace evenfold

namespace evenfold::bench {
namespace {

std::string on_lines(const std::string& json) {
    return codec::OrderedJson::parse(json).dump(2) + "\n";
}

/// Returns the mean over the stretches that begin in [from, to) of the log.
double mean_ns(const Report& report, double from, double to) {
    const auto events = static_cast<double>(report.log.events);
    double time = 0;
    double count = 0;
    for (const Stretch& stretch : report.stretches) {
        const double at = (static_cast<double>(stretch.from) + static_cast<double>(stretch.events) / 2) / events;
        if (at < from || at >= to) continue;
        time += stretch.ns * static_cast<double>(stretch.events);
        count += static_cast<double>(stretch.events);
    }
    return count > 0 ? time / count : 0;
}

} // namespace

ComparisonVerdict verdict(const ComparisonReport& comparison) {
    if (comparison.ratio.low > 1) return ComparisonVerdict::slower;
    return comparison.ratio.high < 1 ? ComparisonVerdict::faster : ComparisonVerdict::no_difference;
}

double first_tenth_ns(const Report& report) {
    const bool is_short = report.stretches.size() < 10;
    return is_short && !report.stretches.empty() ? report.stretches.front().ns : mean_ns(report, 0, 0.1);
}

double last_tenth_ns(const Report& report) {
    const bool is_short = report.stretches.size() < 10;
    return is_short && !report.stretches.empty() ? report.stretches.back().ns : mean_ns(report, 0.9, 1);
}

std::string to_json(const Report& report) {
    return on_lines(codec::encode(report));
}

std::string to_json(const ComparisonReport& comparison) {
    return on_lines(codec::encode(comparison));
}

std::expected<Report, std::string> report_of(std::string_view json) {
    auto report = codec::decode<Report>(json);
    if (!report) return std::unexpected(codec::to_text(report.error()));
    return std::move(report->value);
}

} // namespace evenfold::bench
