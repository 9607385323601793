/// Requirements of the kit on a domain: its commands, events, errors and models must be comparable.
/// Shape: one check per type. A missing operator is a compile error that names the type before any other error.
#pragma once

#include <concepts>
#include <optional>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

#include "evenfold/core/containers/compact_vector.hpp"
#include "evenfold/core/containers/indirect.hpp"
#include "evenfold/core/containers/optional_indirect.hpp"
#include "evenfold/core/containers/set.hpp"
#include "evenfold/core/containers/table.hpp"
#include "evenfold/core/domain.hpp"
#include "evenfold/core/variants/compiled_variant.hpp"

namespace evenfold::testing {

template <class T>
concept HasEquality = requires(const T& a, const T& b) {
    { a == b } -> std::convertible_to<bool>;
};

/// Checks the elements of containers, because a container has == even if its elements do not.
struct Equality {
    template <class... T>
    static consteval bool met_by() {
        return (met(std::type_identity<T>()) && ...);
    }

private:
    template <class T>
    static consteval bool met(std::type_identity<T>) {
        static_assert(
            HasEquality<T>,
            "the test kit compares values, so this type needs: friend bool operator==(const T&, const T&) = default");
        return HasEquality<T>;
    }
    template <class T>
    static consteval bool met(std::type_identity<std::optional<T>>) {
        return met(std::type_identity<T>());
    }
    template <class T>
    static consteval bool met(std::type_identity<OptionalIndirect<T>>) {
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
    static consteval bool met(std::type_identity<Indirect<T>>) {
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

/// A domain that scenarios and laws can test.
template <class D>
concept Testable =
    Domain<D> && Equality::met_by<typename D::Command, typename D::Event, typename D::Error, typename D::Model>();

} // namespace evenfold::testing
