/// What the kit needs of a domain beside its functions: commands, events, errors and models that can be compared.
/// Shape: one look at each type. What is missing does not compile, and is named before anything fails for want of it.
#pragma once

#include <concepts>
#include <optional>
#include <type_traits>
#include <variant>
#include <vector>

#include "evenfold/core/domain.hpp"

namespace evenfold::testing {

template <class T>
concept HasEquality = requires(const T& a, const T& b) {
    { a == b } -> std::convertible_to<bool>;
};

/// Vectors, optionals and variants have == whatever they hold, so what they hold is looked at.
struct Equality {
    template <class... T>
    static consteval bool met_by() {
        return (met(std::type_identity<T>()) && ...);
    }

private:
    template <class T>
    static consteval bool met(std::type_identity<T>) {
        static_assert(HasEquality<T>,
                      "the kit compares values: this type needs friend bool operator==(const T&, const T&) = default");
        return HasEquality<T>;
    }
    template <class T>
    static consteval bool met(std::type_identity<std::optional<T>>) {
        return met(std::type_identity<T>());
    }
    template <class T>
    static consteval bool met(std::type_identity<std::vector<T>>) {
        return met(std::type_identity<T>());
    }
    template <class... T>
    static consteval bool met(std::type_identity<std::variant<T...>>) {
        return (met(std::type_identity<T>()) && ...);
    }
};

/// A domain that can be put under sentences and laws.
template <class D>
concept Testable =
    Domain<D> && Equality::met_by<typename D::Command, typename D::Event, typename D::Error, typename D::Model>();

} // namespace evenfold::testing
