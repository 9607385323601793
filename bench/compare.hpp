/// Compares two projections, A and B, over one log: which is faster, and with which confidence.
/// Shape: whole folds in pairs; A and B alternate in coming first. One ratio per pair; the result is their median and
/// its confidence interval.
/// Errors: projections that end in different states are not compared, because they do not do the same work.
#pragma once

#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "evenfold/bench/measure.hpp"

namespace evenfold::bench {

/// The reason why two projections cannot be compared: their states are equal after `agreed` events and differ after the
/// next one. If `event` is empty, their initial states differ.
struct StatesDiffer {
    std::string name_a;
    std::string name_b;
    std::string state_a; // digests, after the whole log
    std::string state_b;
    std::uint64_t agreed;
    std::string event; // the kind of the next event
};

[[nodiscard]] std::string to_text(const StatesDiffer& differ);

/// Options of a comparison. The defaults suit the log.
struct ComparisonOptions {
    std::size_t pairs = 0; // 0: about two seconds of them, 11 to 201
    double confidence = 0.95;
    Build build = built_here;
};

/// Finds, by bisection, an event before which the states of `a` and `b` are equal and after which they differ.
template <Domain D, class A, class B>
[[nodiscard]] StatesDiffer find_divergence(const EventLog<D>& log, const A& a, const B& b) {
    const std::span<const typename D::Event> events = log.events;
    const auto states = [&](std::size_t count) {
        return std::pair(state_of(a, fold_all(a, events.first(count))), state_of(b, fold_all(b, events.first(count))));
    };
    const auto [state_a, state_b] = states(events.size());
    StatesDiffer differ{
        .name_a = a.name, .name_b = b.name, .state_a = state_a, .state_b = state_b, .agreed = 0, .event = {}};
    if (const auto [first_a, first_b] = states(0); first_a != first_b) return differ;
    std::size_t agree = 0;
    std::size_t differ_at = events.size();
    while (differ_at - agree > 1) {
        const std::size_t middle = agree + (differ_at - agree) / 2;
        const auto [middle_a, middle_b] = states(middle);
        (middle_a == middle_b ? agree : differ_at) = middle;
    }
    differ.agreed = agree;
    differ.event = kind_names<typename D::Event>()[kind_of(events[agree])];
    return differ;
}

/// Compares the times of `a` and `b`. Fails if they do not end in the same state.
template <Domain D, class A, class B>
[[nodiscard]] std::expected<ComparisonReport, StatesDiffer>
compare(const EventLog<D>& log, const A& a, const B& b, const ComparisonOptions& options = {}) {
    constexpr double budget_ns = 1e9;
    const std::span<const typename D::Event> events = log.events;
    const auto count = static_cast<double>(std::max<std::size_t>(events.size(), 1));
    const std::string state = state_of(a, fold_all(a, events));
    if (state != state_of(b, fold_all(b, events))) return std::unexpected(find_divergence(log, a, b));

    const double once_ns = (time_fold(a, events) + time_fold(b, events)) / 2;
    const std::size_t pairs = options.pairs > 0 ? options.pairs : repetitions_in(budget_ns, once_ns, 11, 201);
    std::vector<double> of_a;
    std::vector<double> of_b;
    std::vector<double> ratios;
    for (std::size_t pair = 0; pair < pairs; ++pair) {
        const bool a_first = pair % 2 == 0;
        if (a_first) of_a.push_back(time_fold(a, events) / count);
        of_b.push_back(time_fold(b, events) / count);
        if (!a_first) of_a.push_back(time_fold(a, events) / count);
        ratios.push_back(of_a.back() > 0 ? of_b.back() / of_a.back() : 1);
    }
    ComparisonReport comparison{};
    comparison.log = log.origin;
    comparison.state = state;
    comparison.machine = machine_of(options.build);
    comparison.pairs = pairs;
    comparison.a = {.name = a.name, .fold_ns = median(std::move(of_a)), .heap = measure_heap(events.size(), [&] {
                                                                            return fold_all(a, events);
                                                                        })};
    comparison.b = {.name = b.name, .fold_ns = median(std::move(of_b)), .heap = measure_heap(events.size(), [&] {
                                                                            return fold_all(b, events);
                                                                        })};
    comparison.ratio = estimate(std::move(ratios), options.confidence);
    comparison.warnings = warnings_of(comparison.machine);
    if (!log.warning.empty()) comparison.warnings.push_back(log.warning);
    std::string missing = missing_kinds_warning(rare_kinds(log.events, 1));
    if (!missing.empty()) comparison.warnings.push_back(std::move(missing));
    return comparison;
}

/// Compares `b` with the projection of D.
template <Domain D, class B>
[[nodiscard]] std::expected<ComparisonReport, StatesDiffer>
compare(const EventLog<D>& log, const B& b, const ComparisonOptions& options = {}) {
    return compare(log, projection_of<D>(std::string(type_name<D>)), b, options);
}

} // namespace evenfold::bench
