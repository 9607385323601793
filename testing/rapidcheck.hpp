/// The kit's random values as rapidcheck generators: rc::gen::arbitrary<T>() for structs with a shape, variants of
/// such, ids, instants and enumerations; and `histories`. Other types use rapidcheck's own generators.
/// Values shrink by fewer and smaller choices, so a failing property reports a short history.
/// The user provides rapidcheck (Debian: librapidcheck-dev); nothing else of the kit needs it.
///
///     const bool holds = rc::check("the limit holds", [] {
///         const testing::History<Counter> history = *testing::histories<Counter>();
///         for (const Counter::Event& event : history.events())
///             if (const auto* added = std::get_if<Added>(&event)) RC_ASSERT(added->amount <= 100U);
///     });
#pragma once

#include <boost/hana/concept/struct.hpp>
#include <rapidcheck.h>
#include <type_traits>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/core/values/id.hpp"
#include "evenfold/core/values/instant.hpp"
#include "evenfold/core/variants/compiled_variant.hpp"
#include "evenfold/testing/telling.hpp"

namespace evenfold::testing {

template <class T>
inline constexpr bool is_variant = false;
template <class... T>
inline constexpr bool is_variant<std::variant<T...>> = true;
template <class List>
inline constexpr bool is_variant<CompiledVariant<List>> = true;

template <class T>
inline constexpr bool is_id = std::is_same_v<T, Uuid>;
template <class Entity>
inline constexpr bool is_id<Id<Entity>> = true;

/// Described with EVENFOLD_STRUCT or BOOST_HANA_DEFINE_STRUCT, a variant of such, or a leaf without a generator in
/// rapidcheck.
template <class T>
concept Reflected =
    boost::hana::Struct<T>::value || is_variant<T> || is_id<T> || std::is_same_v<T, Instant> || std::is_enum_v<T>;

/// Returns the value that `make` creates from a row. It shrinks with the row.
template <class Make>
[[nodiscard]] auto shrinking(Row row, Make make) {
    auto rows = rc::shrinkable::shrinkRecur(std::move(row),
                                            [](const Row& one) { return rc::seq::fromContainer(simpler(one)); });
    return rc::shrinkable::map(std::move(rows), std::move(make));
}

/// Returns a generator of T with the options `drawing`.
template <Reflected T>
[[nodiscard]] rc::Gen<T> generator(Drawing drawing = {}) {
    return [drawing = std::move(drawing)](const rc::Random& random, int) -> rc::Shrinkable<T> {
        rc::Random source = random;
        Random own(source.next());
        Dice dice(own);
        static_cast<void>(drawing.template draw<T>(dice));
        return shrinking(dice.row(), [drawing](const Row& row) {
            Dice again{std::span<const std::uint32_t>(row)};
            return drawing.template draw<T>(again);
        });
    };
}

/// Returns a generator of histories of D, which shrink by commands first.
template <Domain D>
[[nodiscard]] rc::Gen<History<D>> histories(Drawn<D> how = {}) {
    return [how = std::move(how)](const rc::Random& random, int) -> rc::Shrinkable<History<D>> {
        rc::Random source = random;
        Random own(source.next());
        auto rows = rc::shrinkable::shrinkRecur(draw_history(own, how).rows, [](const std::vector<Row>& all) {
            return rc::seq::fromContainer(simpler(all));
        });
        return rc::shrinkable::map(std::move(rows),
                                   [how](const std::vector<Row>& all) { return history_of(all, how); });
    };
}

} // namespace evenfold::testing

template <evenfold::testing::Reflected T>
struct rc::Arbitrary<T> {
    static Gen<T> arbitrary() { return evenfold::testing::generator<T>(); }
};
