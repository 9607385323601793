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
#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/reflection/type_name.hpp"
#include "evenfold/core/values/id.hpp"
#include "evenfold/core/values/instant.hpp"
#include "evenfold/core/values/personal.hpp"

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
template <class T, class = void>
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

/// Whether T is a Personal, or an optional or a vector of it.
template <class T>
inline constexpr bool is_personal = false;
template <class T>
inline constexpr bool is_personal<Personal<T>> = true;
template <template <class...> class Container, class T, class... Rest>
inline constexpr bool is_personal<Container<T, Rest...>> = is_personal<T>;

/// Returns whether a value of that kind can identify a person.
constexpr bool identifies_subject(const ShapeKind& kind) {
    return std::holds_alternative<TextShape>(kind) || std::holds_alternative<UuidShape>(kind) ||
           std::holds_alternative<NaturalShape>(kind) || std::holds_alternative<IntegerShape>(kind) ||
           std::holds_alternative<EnumerationShape>(kind);
}

template <auto member>
struct MemberField;
template <class Struct, class T, T Struct::* member>
struct MemberField<member> {
    using Value = T;
    static void* at(void* object) { return std::addressof(as<Struct>(object).*member); }
    static constexpr Field named(std::string_view name) {
        return {.name = name, .shape = &shape_of<T>, .at = &at, .subject = subject()};
    }
    static constexpr const SubjectField* subject();
};

/// The field to which `pointer` points, as a subject.
template <auto pointer>
inline constexpr SubjectField subject_field{.shape = &shape_of<typename MemberField<pointer>::Value>,
                                            .at = &MemberField<pointer>::at};

template <auto pointer>
constexpr const SubjectField* subject_of(Member<pointer>) {
    static_assert(identifies_subject(ShapeTraits<typename MemberField<pointer>::Value>::kind()),
                  "the subject of a personal field must be a text, an id, a whole number or an enumeration");
    return &subject_field<pointer>;
}

template <class Struct, class T, T Struct::* member>
constexpr const SubjectField* MemberField<member>::subject() {
    if constexpr (is_personal<T>) {
        static_assert(
            requires { Struct::evenfold_subject(Member<member>{}); },
            "name the subject of each personal field: EVENFOLD_PERSONAL(field, subject)");
        return subject_of(Struct::evenfold_subject(Member<member>{}));
    }
    return nullptr;
}

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
