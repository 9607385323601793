/// The kit's random values as rapidcheck generators: rc::gen::arbitrary<T>() for structs with a shape, variants of
/// such, ids, instants and enumerations, and for History<D>; and `histories`. Other types use rapidcheck's own.
/// Values shrink by fewer and smaller choices, so a failing property reports a short history. They are printed as C++,
/// as CHECK_LAWS prints them, unless their type has its own showValue or operator<<.
/// EVENFOLD_SEED and EVENFOLD_CASES set rapidcheck's seed and number of cases, unless RC_PARAMS does.
/// The user provides rapidcheck (Debian: librapidcheck-dev); nothing else of the kit needs it.
///
///     const bool holds = rc::check("the limit holds", [](const testing::History<Counter>& history) {
///         for (const Counter::Event& event : history.events())
///             if (const auto* added = std::get_if<Added>(&event)) RC_ASSERT(added->amount <= 100U);
///     });
#pragma once

#include <boost/hana/concept/struct.hpp>
#include <ostream>
#include <rapidcheck.h>
#include <type_traits>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/core/values/id.hpp"
#include "evenfold/core/values/instant.hpp"
#include "evenfold/core/variants/compiled_variant.hpp"
#include "evenfold/testing/code.hpp"
#include "evenfold/testing/history_generator.hpp"

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

/// Returns the value that `make` creates from `choices`. It shrinks with them.
template <class Make>
[[nodiscard]] auto shrinking(Choices choices, Make make) {
    auto choice_lists = rc::shrinkable::shrinkRecur(
        std::move(choices), [](const Choices& one) { return rc::seq::fromContainer(simpler(one)); });
    return rc::shrinkable::map(std::move(choice_lists), std::move(make));
}

/// Returns a generator of T with these options.
template <Reflected T>
[[nodiscard]] rc::Gen<T> generator(Generators generators = {}) {
    return [generators = std::move(generators)](const rc::Random& random, int) -> rc::Shrinkable<T> {
        rc::Random seeds = random;
        Random own(seeds.next());
        ChoiceSource source(own);
        static_cast<void>(generators.template draw<T>(source));
        return shrinking(source.choices(), [generators](const Choices& choices) {
            ChoiceSource again{std::span<const std::uint32_t>(choices)};
            return generators.template draw<T>(again);
        });
    };
}

/// Returns a generator of histories of D, which shrink by commands first.
template <Domain D>
[[nodiscard]] rc::Gen<History<D>> histories(HistoryOptions<D> how = {}) {
    return [how = std::move(how)](const rc::Random& random, int) -> rc::Shrinkable<History<D>> {
        rc::Random seeds = random;
        Random own(seeds.next());
        auto choice_lists =
            rc::shrinkable::shrinkRecur(generate_history(own, how).choice_lists, [](const std::vector<Choices>& all) {
                return rc::seq::fromContainer(simpler(all));
            });
        return rc::shrinkable::map(std::move(choice_lists),
                                   [how](const std::vector<Choices>& all) { return history_of(all, how); });
    };
}

/// Prints the history as C++, one command per line. rapidcheck finds it by its name.
template <Domain D>
void showValue(const History<D>& history, std::ostream& out) {
    out << "make_history<" << type_name<D> << ">({\n";
    for (const HistoryStep<D>& step : history.steps) out << "    " << code_of(step.command) << ",\n";
    if (history.throwing_command) out << "    " << code_of(*history.throwing_command) << ", // throws\n";
    out << "})";
}

/// Passes EVENFOLD_SEED and EVENFOLD_CASES to rapidcheck in RC_PARAMS, which it reads at its first check. Returns
/// whether that was possible.
bool pass_environment_to_rapidcheck();
inline const bool environment_is_passed = pass_environment_to_rapidcheck();

} // namespace evenfold::testing

template <evenfold::testing::Reflected T>
struct rc::Arbitrary<T> {
    static Gen<T> arbitrary() { return evenfold::testing::generator<T>(); }
};

template <evenfold::Domain D>
struct rc::Arbitrary<evenfold::testing::History<D>> {
    static Gen<evenfold::testing::History<D>> arbitrary() { return evenfold::testing::histories<D>(); }
};

/// Prints values that have neither showValue nor operator<<; rapidcheck would print "<???>".
template <evenfold::testing::Reflected T>
struct rc::detail::ShowDefault<T, false, false> {
    static void show(const T& value, std::ostream& out) { out << evenfold::testing::code_of(value); }
};
