/// Makes the shape of a type from its description, at compile time. It is slow to compile, so include it in one `.cpp`
/// per domain. Types that hold others are here; leaves and structs are in shape_traits.hpp.
///
///     extern template const Shape& evenfold::shape_of<Counter::Event>(); // in the domain's header
///     template const Shape& evenfold::shape_of<Counter::Event>();        // in that .cpp
///     const Shape& shape = evenfold::shape_of<Counter::Event>();         // anywhere
#pragma once

#include <optional>
#include <tuple>
#include <variant>
#include <vector>

#include "evenfold/core/containers/compact_vector.hpp"
#include "evenfold/core/containers/indirect.hpp"
#include "evenfold/core/containers/optional_indirect.hpp"
#include "evenfold/core/containers/set.hpp"
#include "evenfold/core/containers/table.hpp"
#include "evenfold/core/reflection/shape_traits.hpp"
#include "evenfold/core/variants/compiled_variant.hpp"

namespace evenfold::shaping {

/// Tables with one function per alternative, because they compile twice as fast as std::visit.
template <class Variant, class... T>
struct VariantFunctions {
    using Function = void* (*)(Variant&);

    template <std::size_t index>
    static void* value(Variant& variant) {
        return std::get_if<index>(&variant);
    }
    template <std::size_t index>
    static void* emplace(Variant& variant) {
        return &variant.template emplace<index>();
    }
    template <std::size_t... index>
    static constexpr std::array<Function, sizeof...(T)> values(std::index_sequence<index...>) {
        return {&value<index>...};
    }
    template <std::size_t... index>
    static constexpr std::array<Function, sizeof...(T)> emplaces(std::index_sequence<index...>) {
        return {&emplace<index>...};
    }
};

template <class Variant, class Standard>
struct VariantShapeTraits;
template <class Variant, class... T>
struct VariantShapeTraits<Variant, std::variant<T...>> {
    using Functions = VariantFunctions<Variant, T...>;
    static constexpr std::array<ShapeFunction, sizeof...(T)> alternatives{&shape_of<T>...};
    static constexpr auto values = Functions::values(std::index_sequence_for<T...>());
    static constexpr auto emplaces = Functions::emplaces(std::index_sequence_for<T...>());
    static std::size_t index(const void* object) { return as<Variant>(object).index(); }
    static void* value(void* object) { return values[index(object)](as<Variant>(object)); }
    static void* emplace(void* object, std::size_t index) { return emplaces[index](as<Variant>(object)); }

    static constexpr ShapeKind kind() {
        return VariantShape{.alternatives = alternatives, .index = &index, .value = &value, .emplace = &emplace};
    }
};

template <class... T>
struct ShapeTraits<std::variant<T...>> : VariantShapeTraits<std::variant<T...>, std::variant<T...>> {};
template <class List>
struct ShapeTraits<CompiledVariant<List>> : VariantShapeTraits<CompiledVariant<List>, typename List::type> {};

template <class Optional>
constexpr ShapeKind optional_kind() {
    return OptionalShape{.element = &shape_of<typename Optional::value_type>,
                         .value = [](void* object) -> void* {
                             auto& optional = as<Optional>(object);
                             return optional ? &*optional : nullptr;
                         },
                         .emplace = [](void* object) -> void* { return &as<Optional>(object).emplace(); }};
}

template <class T>
struct ShapeTraits<std::optional<T>> {
    static constexpr ShapeKind kind() { return optional_kind<std::optional<T>>(); }
};
template <class T>
struct ShapeTraits<OptionalIndirect<T>> {
    static constexpr ShapeKind kind() { return optional_kind<OptionalIndirect<T>>(); }
};

using VisitElement = std::function<void(const void*)>;
using FillElement = std::function<bool(void*)>;

template <class Vector>
constexpr ShapeKind vector_kind() {
    using T = typename Vector::value_type;
    return SequenceShape{.element = &shape_of<T>,
                         .ordered = true,
                         .size = [](const void* object) { return as<Vector>(object).size(); },
                         .each =
                             [](const void* object, const VisitElement& visit) {
                                 for (const T& element : as<Vector>(object)) visit(&element);
                             },
                         .add =
                             [](void* object, const FillElement& fill) {
                                 auto& vector = as<Vector>(object);
                                 if (fill(&vector.emplace_back())) return true;
                                 vector.pop_back();
                                 return false;
                             }};
}

template <class T>
struct ShapeTraits<std::vector<T>> {
    static constexpr ShapeKind kind() { return vector_kind<std::vector<T>>(); }
};
template <class T>
struct ShapeTraits<CompactVector<T>> {
    static constexpr ShapeKind kind() { return vector_kind<CompactVector<T>>(); }
};

/// Adds an element to a set or a table. It is filled before it is inserted, because its key must not change afterwards.
template <class Container, class T>
bool insert_filled(void* object, const FillElement& fill) {
    T element{};
    if (!fill(&element)) return false;
    as<Container>(object).insert(std::move(element));
    return true;
}

template <class T>
struct ShapeTraits<OrderedSet<T>> {
    static constexpr ShapeKind kind() {
        return SequenceShape{.element = &shape_of<T>,
                             .ordered = true,
                             .size = [](const void* object) { return as<OrderedSet<T>>(object).size(); },
                             .each =
                                 [](const void* object, const VisitElement& visit) {
                                     for (const T& element : as<OrderedSet<T>>(object).in_order()) visit(&element);
                                 },
                             .add = &insert_filled<OrderedSet<T>, T>};
    }
};

template <class T>
struct ShapeTraits<Set<T>> {
    static constexpr ShapeKind kind() {
        return SequenceShape{.element = &shape_of<T>,
                             .ordered = false,
                             .size = [](const void* object) { return as<Set<T>>(object).size(); },
                             .each =
                                 [](const void* object, const VisitElement& visit) {
                                     for (const T& element : as<Set<T>>(object).sorted()) visit(&element);
                                 },
                             .add = &insert_filled<Set<T>, T>};
    }
};

template <class T>
struct ShapeTraits<Table<T>> {
    static constexpr ShapeKind kind() {
        return SequenceShape{.element = &shape_of<T>,
                             .ordered = false,
                             .size = [](const void* object) { return as<Table<T>>(object).size(); },
                             .each =
                                 [](const void* object, const VisitElement& visit) {
                                     for (const T* element : as<Table<T>>(object).sorted()) visit(element);
                                 },
                             .add = &insert_filled<Table<T>, T>};
    }
};

/// A tuple is a struct with the fields 0, 1, 2, ...
template <class... T>
struct ShapeTraits<std::tuple<T...>> {
    static constexpr std::array<std::string_view, 10> names{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
    static_assert(sizeof...(T) <= names.size());
    template <std::size_t index>
    static constexpr Field field() {
        return {.name = names[index],
                .shape = &shape_of<std::tuple_element_t<index, std::tuple<T...>>>,
                .at = [](void* object) -> void* { return &std::get<index>(as<std::tuple<T...>>(object)); }};
    }
    static constexpr auto fields = []<std::size_t... index>(std::index_sequence<index...>) {
        return std::array<Field, sizeof...(T)>{field<index>()...};
    }(std::index_sequence_for<T...>());
    static constexpr ShapeKind kind() { return StructureShape{fields}; }
};

template <class T>
struct ShapeTraits<Indirect<T>> {
    static constexpr ShapeKind kind() {
        return IndirectShape{.content = &shape_of<T>,
                             .value = [](void* object) -> void* { return &*as<Indirect<T>>(object); }};
    }
};

template <class T>
struct StaticShape {
    static constexpr Shape shape{stored_name<T>(), type_spelling<T>, stored_version<T>(), ShapeTraits<T>::kind()};
};

} // namespace evenfold::shaping
