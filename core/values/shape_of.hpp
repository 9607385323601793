/// From a type to its shape: one walk over the Hana description of each struct, at compile time.
/// A type may name itself otherwise on the wire, or count its shapes: `static constexpr std::string_view stored_name`,
/// `static constexpr std::uint32_t stored_version`. A type that has no shape does not compile here, and is named.
#pragma once

#include <array>
#include <boost/hana/accessors.hpp>
#include <boost/hana/concept/struct.hpp>
#include <boost/hana/pair.hpp>
#include <boost/hana/string.hpp>
#include <boost/hana/unpack.hpp>
#include <limits>
#include <optional>
#include <type_traits>
#include <vector>

#include "evenfold/core/values/box.hpp"
#include "evenfold/core/values/id.hpp"
#include "evenfold/core/values/instant.hpp"
#include "evenfold/core/values/set.hpp"
#include "evenfold/core/values/shape.hpp"
#include "evenfold/core/values/table.hpp"
#include "evenfold/core/values/type_name.hpp"

namespace evenfold {

namespace shaping {

template <class T>
constexpr std::string_view stored_name() {
    if constexpr (requires { T::stored_name; }) return T::stored_name;
    else return type_name<T>;
}

template <class T>
constexpr std::uint32_t stored_version() {
    if constexpr (requires { T::stored_version; }) return T::stored_version;
    else return 1;
}

template <class T>
T& as(void* object) {
    return *static_cast<T*>(object);
}
template <class T>
const T& as(const void* object) {
    return *static_cast<const T*>(object);
}

/// How a T is walked. Specialised below, a kind each.
template <class T, class = void>
struct Walk {
    static_assert(sizeof(T) == 0, "this type has no shape: give it BOOST_HANA_DEFINE_STRUCT, or use a type that has one");
};

template <>
struct Walk<bool> {
    static Kind kind() { return BooleanShape{}; }
};
template <>
struct Walk<double> {
    static Kind kind() { return RealShape{}; }
};
template <>
struct Walk<std::string> {
    static Kind kind() { return TextShape{}; }
};
template <>
struct Walk<Uuid> {
    static Kind kind() { return UuidShape{}; }
};
template <class Entity>
struct Walk<Id<Entity>> {
    static_assert(sizeof(Id<Entity>) == sizeof(Uuid) && std::is_standard_layout_v<Id<Entity>>);
    static Kind kind() { return UuidShape{}; }
};
template <>
struct Walk<Instant> {
    static Kind kind() { return InstantShape{}; }
};

template <class T>
struct Walk<T, std::enable_if_t<std::is_integral_v<T> && std::is_signed_v<T>>> {
    static Kind kind() {
        return IntegerShape{.read = [](const void* object) -> std::int64_t { return as<T>(object); },
                            .write = [](void* object, std::int64_t value) {
                                using Limits = std::numeric_limits<T>;
                                if (value < Limits::min() || value > Limits::max()) return false;
                                as<T>(object) = static_cast<T>(value);
                                return true;
                            }};
    }
};

template <class T>
struct Walk<T, std::enable_if_t<std::is_integral_v<T> && std::is_unsigned_v<T> && !std::is_same_v<T, bool>>> {
    static Kind kind() {
        return NaturalShape{.read = [](const void* object) -> std::uint64_t { return as<T>(object); },
                            .write = [](void* object, std::uint64_t value) {
                                if (value > std::numeric_limits<T>::max()) return false;
                                as<T>(object) = static_cast<T>(value);
                                return true;
                            }};
    }
};

template <class T>
struct Walk<T, std::enable_if_t<std::is_enum_v<T>>> {
    static Kind kind() {
        return EnumerationShape{
            .names = enumerator_names<T>,
            .read = [](const void* object) { return static_cast<std::size_t>(as<T>(object)); },
            .write = [](void* object, std::size_t index) { as<T>(object) = static_cast<T>(index); }};
    }
};

template <class T>
struct Walk<T, std::enable_if_t<boost::hana::Struct<T>::value>> {
    template <class Member>
    static Field field(const Member& member) {
        using Accessor = std::decay_t<decltype(boost::hana::second(member))>;
        using Value = std::remove_cvref_t<decltype(std::declval<const Accessor&>()(std::declval<T&>()))>;
        return {.name = boost::hana::first(member).c_str(), .shape = &shape_of<Value>, .at = [](void* object) {
                    return static_cast<void*>(std::addressof(Accessor{}(as<T>(object))));
                }};
    }
    static Kind kind() {
        static const auto fields = boost::hana::unpack(boost::hana::accessors<T>(), [](const auto&... member) {
            return std::array<Field, sizeof...(member)>{field(member)...};
        });
        return StructureShape{fields};
    }
};

template <class... T>
struct Walk<std::variant<T...>> {
    using Variant = std::variant<T...>;
    static Kind kind() {
        static constexpr std::array<ShapeFunction, sizeof...(T)> alternatives{&shape_of<T>...};
        return VariantShape{
            .alternatives = alternatives,
            .index = [](const void* object) { return as<Variant>(object).index(); },
            .value = [](void* object) {
                return std::visit([](auto& value) { return static_cast<void*>(&value); }, as<Variant>(object));
            },
            .emplace = [](void* object, std::size_t index) -> void* {
                using Make = void* (*)(Variant&);
                static constexpr std::array<Make, sizeof...(T)> make{
                    [](Variant& variant) -> void* { return &variant.template emplace<T>(); }...};
                return make[index](as<Variant>(object));
            }};
    }
};

template <class T>
struct Walk<std::optional<T>> {
    static Kind kind() {
        return OptionalShape{.element = &shape_of<T>,
                             .value = [](void* object) -> void* {
                                 auto& optional = as<std::optional<T>>(object);
                                 return optional ? &*optional : nullptr;
                             },
                             .emplace = [](void* object) -> void* { return &as<std::optional<T>>(object).emplace(); }};
    }
};

using VisitElement = std::function<void(const void*)>;
using FillElement = std::function<bool(void*)>;

template <class T>
struct Walk<std::vector<T>> {
    static Kind kind() {
        return SequenceShape{.element = &shape_of<T>,
                             .ordered = true,
                             .size = [](const void* object) { return as<std::vector<T>>(object).size(); },
                             .each = [](const void* object, const VisitElement& visit) {
                                 for (const T& element : as<std::vector<T>>(object)) visit(&element);
                             },
                             .add = [](void* object, const FillElement& fill) {
                                 auto& vector = as<std::vector<T>>(object);
                                 if (fill(&vector.emplace_back())) return true;
                                 vector.pop_back();
                                 return false;
                             }};
    }
};

/// Sets and tables: elements are made first and inserted whole.
template <class Container, class T>
bool insert_filled(void* object, const FillElement& fill) {
    T element{};
    if (!fill(&element)) return false;
    as<Container>(object).insert(std::move(element));
    return true;
}

template <class T>
struct Walk<OrderedSet<T>> {
    static Kind kind() {
        return SequenceShape{.element = &shape_of<T>,
                             .ordered = true,
                             .size = [](const void* object) { return as<OrderedSet<T>>(object).size(); },
                             .each = [](const void* object, const VisitElement& visit) {
                                 for (const T& element : as<OrderedSet<T>>(object).in_order()) visit(&element);
                             },
                             .add = &insert_filled<OrderedSet<T>, T>};
    }
};

template <class T>
struct Walk<Set<T>> {
    static Kind kind() {
        return SequenceShape{.element = &shape_of<T>,
                             .ordered = false,
                             .size = [](const void* object) { return as<Set<T>>(object).size(); },
                             .each = [](const void* object, const VisitElement& visit) {
                                 for (const T& element : as<Set<T>>(object).sorted()) visit(&element);
                             },
                             .add = &insert_filled<Set<T>, T>};
    }
};

template <class T>
struct Walk<Table<T>> {
    static Kind kind() {
        return SequenceShape{.element = &shape_of<T>,
                             .ordered = false,
                             .size = [](const void* object) { return as<Table<T>>(object).size(); },
                             .each = [](const void* object, const VisitElement& visit) {
                                 for (const T* element : as<Table<T>>(object).sorted()) visit(element);
                             },
                             .add = &insert_filled<Table<T>, T>};
    }
};

template <class T>
struct Walk<Box<T>> {
    static Kind kind() {
        return BoxShape{.content = &shape_of<T>,
                        .value = [](void* object) -> void* { return &*as<Box<T>>(object); }};
    }
};

} // namespace shaping

template <class T>
const Shape& shape_of() {
    static const Shape shape{.name = shaping::stored_name<T>(),
                             .version = shaping::stored_version<T>(),
                             .kind = shaping::Walk<T>::kind()};
    return shape;
}

} // namespace evenfold
