/// A projection under measurement, and the folds that measure it.
/// Shape: any `Model project(Model, const Event&)`, with a view of the model that identifies its state: the model
/// itself if it is reflected, else the value that a function makes of it.
/// Cost: one call of `project` per event. The model starts as Model{} and is moved from event to event, as in the
/// kernel.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include "evenfold/bench/allocations.hpp"
#include "evenfold/bench/clock.hpp"
#include "evenfold/bench/statistics.hpp"
#include "evenfold/core/domain.hpp"
#include "evenfold/core/reflection/digest.hpp"

namespace evenfold::bench {

template <class ModelType, class Project, class View>
struct Projection {
    using Model = ModelType;

    std::string name;
    Project project;
    View view;
};

/// Returns a projection over models of type Model. `view` converts a model to a value that is comparable with that of
/// other projections; states are compared by it. By default it is the model itself.
template <class Model, class Project, class View = std::identity>
[[nodiscard]] Projection<Model, Project, View> // NOLINTNEXTLINE(performance-unnecessary-value-param): it is moved from
projection(std::string name, Project project, View view = {}) {
    return {.name = std::move(name), .project = std::move(project), .view = std::move(view)};
}

/// Returns the projection of a domain.
template <Domain D>
[[nodiscard]] auto projection_of(std::string name) {
    return projection<typename D::Model>(
        std::move(name),
        [](typename D::Model&& model, const typename D::Event& event) { return D::project(std::move(model), event); });
}

/// Returns a digest of the state of `model`: equal digests mean equal states.
template <class Projection>
[[nodiscard]] std::string state_of(const Projection& projection, const typename Projection::Model& model) {
    using Viewed = std::remove_cvref_t<decltype(projection.view(model))>;
    if constexpr (std::is_same_v<Viewed, Sha256::Digest>)
        return evenfold::to_text(projection.view(model));
    else
        return evenfold::to_text(digest<Viewed>(projection.view(model)));
}

template <class Projection, class Event>
[[nodiscard]] typename Projection::Model
fold_all(const Projection& projection, std::span<const Event> events, typename Projection::Model model = {}) {
    for (const Event& event : events) model = projection.project(std::move(model), event);
    return model;
}

/// Returns the nanoseconds of a fold of all events.
template <class Projection, class Event>
[[nodiscard]] double time_fold(const Projection& projection, std::span<const Event> events) {
    typename Projection::Model model{};
    const Stopwatch watch;
    model = fold_all(projection, events, std::move(model));
    do_not_optimize(model);
    return watch.ns();
}

/// Times each group of `unit` events, including the cost of the clock; the last group may be smaller. Returns the
/// model.
template <class Projection, class Event>
typename Projection::Model
time_units(const Projection& projection, std::span<const Event> events, std::size_t unit, Times& times) {
    typename Projection::Model model{};
    times.clear();
    times.reserve((events.size() + unit - 1) / unit);
    for (std::size_t at = 0; at < events.size(); at += unit) {
        const auto part = events.subspan(at, std::min(unit, events.size() - at));
        const std::int64_t begin = now_ns();
        for (const Event& event : part) model = projection.project(std::move(model), event);
        do_not_optimize(model);
        const std::int64_t taken = now_ns() - begin;
        times.push_back(static_cast<std::uint32_t>(std::clamp<std::int64_t>(taken, 0, UINT32_MAX)));
    }
    return model;
}

/// Returns the heap allocations of this thread, if the program counts them.
[[nodiscard]] std::optional<Allocations> allocations_if_counted() noexcept;

/// Returns the heap allocations of `fold()` divided by `events`, and the size of the model that it returns.
template <class Fold>
[[nodiscard]] std::optional<Heap> measure_heap(std::uint64_t events, Fold fold) {
    const auto before = allocations_if_counted();
    [[maybe_unused]] const auto model = fold(); // kept until `after` is read
    const auto after = allocations_if_counted();
    if (!before || !after || events == 0) return std::nullopt;
    const Allocations allocated = *after - *before;
    return Heap{.allocations = static_cast<double>(allocated.count) / static_cast<double>(events),
                .bytes = static_cast<double>(allocated.bytes) / static_cast<double>(events),
                .live_bytes = allocated.live_bytes};
}

} // namespace evenfold::bench
