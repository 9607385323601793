/// Variants made of the alternatives of other variants.
/// Shape: each alternative once, at its first occurrence; a type that is not a variant counts as its own alternative.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>
#include <variant>

#include "evenfold/core/variants/compiled_variant.hpp"

namespace evenfold::composition {

template <class Variant, class... More>
struct Join {
    using type = Variant;
};
template <class... Has, class Next, class... More>
struct Join<std::variant<Has...>, Next, More...> {
    using Extended =
        std::conditional_t<(std::is_same_v<Has, Next> || ...), std::variant<Has...>, std::variant<Has..., Next>>;
    using type = typename Join<Extended, More...>::type;
};
template <class... Has, class... Next, class... More>
struct Join<std::variant<Has...>, std::variant<Next...>, More...> {
    using type = typename Join<std::variant<Has...>, Next..., More...>::type;
};

/// The variant of all alternatives of `T...`.
template <class... T>
using Flat = typename Join<std::variant<>, StandardVariant<T>...>::type;

/// Whether T is the type itself, or one of its alternatives.
template <class T, class Variant>
inline constexpr bool is_in = std::is_same_v<T, Variant> || variants::holds<T, Variant>;

/// Returns `value` as the wider variant To.
template <class To, class T>
[[nodiscard]] constexpr To widen(T value) {
    return To(std::move(value));
}
template <class To, class... Alternative>
[[nodiscard]] constexpr To widen(std::variant<Alternative...> value) {
    return std::visit([](auto& held) { return To(std::move(held)); }, value);
}
template <class To, class Alternatives>
[[nodiscard]] To widen(CompiledVariant<Alternatives> value) {
    return std::visit([](auto& held) { return To(std::move(held)); }, value);
}

} // namespace evenfold::composition
