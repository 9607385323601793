/// The shapes of types that contain no others, and of structs. Types that contain others are in shape_of.hpp.
/// A type may have another stored name than its own, and a version: `static constexpr std::string_view stored_name`,
/// `static constexpr std::uint32_t stored_version`.
/// Errors: a type without a shape does not compile; the error names it.
#pragma once

#include <array>
#include <boost/hana/accessors.hpp>
#include <boost/hana/concept/struct.hpp>
#include <boost/hana/pair.hpp>
#include <boost/hana/string.hpp>
#include <boost/hana/unpack.hpp>
#include <limits>
#include <memory>
#include <string>
#include <type_traits>

#include "evenfold/core/containers/compact_string.hpp"
#include "evenfold/core/reflection/personal_shape.hpp"
#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/core/reflection/type_name.hpp"
#include "evenfold/core/values/id.hpp"
#include "evenfold/core/values/instant.hpp"

namespace evenfold::shaping {

template <class T>
constexpr std::string_view stored_name() {
    if constexpr (requires { T::stored_name; })
        return T::stored_name;
    else
        return type_name<T>;
}

template <class T>
constexpr std::uint32_t stored_version() {
    if constexpr (requires { T::stored_version; })
        return T::stored_version;
    else
        return 1;
}

template <class T>
T& as(void* object) {
    return *static_cast<T*>(object);
}
template <class T>
const T& as(const void* object) {
    return *static_cast<const T*>(object);
}

template <class T>
inline constexpr bool has_shape = false;

/// Makes the kind of T's shape. One specialisation per kind follows.
template <class T, class>
struct ShapeTraits {
    static_assert(has_shape<T>, "this type has no shape: describe it with EVENFOLD_STRUCT, or use a type that has one");
    static constexpr ShapeKind kind() { return BooleanShape{}; } // so that the compiler reports no further error
};

template <>
struct ShapeTraits<bool> {
    static constexpr ShapeKind kind() { return BooleanShape{}; }
};
template <>
struct ShapeTraits<double> {
    static constexpr ShapeKind kind() { return RealShape{}; }
};
template <class Text>
constexpr ShapeKind text_kind() {
    return TextShape{.read = [](const void* object) -> std::string_view { return as<Text>(object); },
                     .write = [](void* object, std::string_view text) { as<Text>(object) = text; }};
}

template <>
struct ShapeTraits<std::string> {
    static constexpr ShapeKind kind() { return text_kind<std::string>(); }
};
template <>
struct ShapeTraits<CompactString> {
    static constexpr ShapeKind kind() { return text_kind<CompactString>(); }
};
template <>
struct ShapeTraits<InlineText> {
    static constexpr ShapeKind kind() { return text_kind<InlineText>(); }
};
template <>
struct ShapeTraits<Uuid> {
    static constexpr ShapeKind kind() { return UuidShape{}; }
};
template <class Entity>
struct ShapeTraits<Id<Entity>> {
    static_assert(sizeof(Id<Entity>) == sizeof(Uuid) && std::is_standard_layout_v<Id<Entity>>);
    static constexpr ShapeKind kind() { return UuidShape{.entity = type_name<Entity>}; }
};
template <>
struct ShapeTraits<Instant> {
    static constexpr ShapeKind kind() { return InstantShape{}; }
};

template <class T>
struct ShapeTraits<T, std::enable_if_t<std::is_integral_v<T> && std::is_signed_v<T>>> {
    static constexpr ShapeKind kind() {
        return IntegerShape{.read = [](const void* object) -> std::int64_t { return as<T>(object); },
                            .write =
                                [](void* object, std::int64_t value) {
                                    using Limits = std::numeric_limits<T>;
                                    if (value < Limits::min() || value > Limits::max()) return false;
                                    as<T>(object) = static_cast<T>(value);
                                    return true;
                                }};
    }
};

template <class T>
struct ShapeTraits<T, std::enable_if_t<std::is_integral_v<T> && std::is_unsigned_v<T> && !std::is_same_v<T, bool>>> {
    static constexpr ShapeKind kind() {
        return NaturalShape{.read = [](const void* object) -> std::uint64_t { return as<T>(object); },
                            .write =
                                [](void* object, std::uint64_t value) {
                                    if (value > std::numeric_limits<T>::max()) return false;
                                    as<T>(object) = static_cast<T>(value);
                                    return true;
                                }};
    }
};

template <class T>
struct ShapeTraits<T, std::enable_if_t<std::is_enum_v<T>>> {
    static constexpr ShapeKind kind() {
        return EnumerationShape{
            .names = enumerator_names<T>,
            .read = [](const void* object) { return static_cast<std::size_t>(as<T>(object)); },
            .write = [](void* object, std::size_t index) { as<T>(object) = static_cast<T>(index); }};
    }
};

template <auto member>
struct MemberField;
template <class Struct, class T, T Struct::* member>
struct MemberField<member> {
    static void* at(void* object) { return std::addressof(as<Struct>(object).*member); }
    static constexpr Field named(std::string_view name) {
        return {.name = name, .shape = &shape_of<T>, .at = &at, .subject = subject_of_member<Struct, T, member>()};
    }
};

/// Returns the fields of a struct that EVENFOLD_STRUCT describes.
template <class T>
    requires requires { T::hana_accessors_impl::has_pointers; }
constexpr auto fields_of() {
    return T::hana_accessors_impl::visit_pointers([]<auto... member, class... Name>(const Name&... name) {
        return std::array<Field, sizeof...(member)>{MemberField<member>::named(name)...};
    });
}

template <class T, class Member>
constexpr Field accessed_field(const Member& member) {
    using Accessor = std::decay_t<decltype(boost::hana::second(member))>;
    using Value = std::remove_cvref_t<decltype(std::declval<const Accessor&>()(std::declval<T&>()))>;
    return {.name = boost::hana::first(member).c_str(), .shape = &shape_of<Value>, .at = [](void* object) {
                return static_cast<void*>(std::addressof(Accessor{}(as<T>(object))));
            }};
}

/// Returns the fields of a struct that only Boost.Hana describes.
template <class T>
constexpr auto fields_of() {
    return boost::hana::unpack(boost::hana::accessors<T>(), []<class... Member>(const Member&... member) {
        return std::array<Field, sizeof...(Member)>{accessed_field<T>(member)...};
    });
}

template <class T>
struct ShapeTraits<T, std::enable_if_t<boost::hana::Struct<T>::value>> {
    static constexpr auto fields = fields_of<T>();
    static constexpr ShapeKind kind() { return StructureShape{fields}; }
};

} // namespace evenfold::shaping
