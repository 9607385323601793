/// What the kit needs of a domain beside its functions: commands, events, errors and models that can be compared.
/// Shape: one look at each type. What is missing does not compile, and is named before anything fails for want of it.
#pragma once

#include <concepts>
#include <optional>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

#include "evenfold/core/domain.hpp"
#include "evenfold/core/values/box.hpp"
#include "evenfold/core/values/compact_vector.hpp"
#include "evenfold/core/values/rare.hpp"
#include "evenfold/core/values/set.hpp"
#include "evenfold/core/values/table.hpp"
#include "evenfold/core/variants/compiled_variant.hpp"

namespace evenfold::testing {

template <class T>
concept HasEquality = requires(const T& a, const T& b) {
    { a == b } -> std::convertible_to<bool>;
};

/// What holds other types has == whatever it holds, so what it holds is looked at.
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
    static consteval bool met(std::type_identity<Rare<T>>) {
        return met(std::type_identity<T>());
    }
    template <class T>
    static consteval bool met(std::type_identity<std::vector<T>>) {
        return met(std::type_identity<T>());
    }
    template <class T>
    static consteval bool met(std::type_identity<CompactVector<T>>) {
        return met(std::type_identity<T>());
    }
    template <class T>
    static consteval bool met(std::type_identity<Box<T>>) {
        return met(std::type_identity<T>());
    }
    template <class T>
    static consteval bool met(std::type_identity<Set<T>>) {
        return met(std::type_identity<T>());
    }
    template <class T>
    static consteval bool met(std::type_identity<OrderedSet<T>>) {
        return met(std::type_identity<T>());
    }
    template <class T>
    static consteval bool met(std::type_identity<Table<T>>) {
        return met(std::type_identity<T>());
    }
    template <class... T>
    static consteval bool met(std::type_identity<std::tuple<T...>>) {
        return (met(std::type_identity<T>()) && ...);
    }
    template <class... T>
    static consteval bool met(std::type_identity<std::variant<T...>>) {
        return (met(std::type_identity<T>()) && ...);
    }
    template <class List>
    static consteval bool met(std::type_identity<CompiledVariant<List>>) {
        return met(std::type_identity<typename List::type>());
    }
};

/// A domain that can be put under sentences and laws.
template <class D>
concept Testable =
    Domain<D> && Equality::met_by<typename D::Command, typename D::Event, typename D::Error, typename D::Model>();

} // namespace evenfold::testing
