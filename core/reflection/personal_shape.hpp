/// The shape of a Personal, and the subjects of personal fields, for shape_traits.hpp.
/// Errors: a personal field without a subject, or with one that cannot identify a person, does not compile.
#pragma once

#include <variant>

#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/personal.hpp"

namespace evenfold::shaping {

template <class T, class = void>
struct ShapeTraits;

template <class T>
struct ShapeTraits<Personal<T>> {
    static Personal<T>& personal(void* object) { return *static_cast<Personal<T>*>(object); }

    static constexpr ShapeKind kind() {
        return PersonalShape{.content = &shape_of<T>,
                             .value = [](void* object) -> void* { return personal(object).value(); },
                             .emplace = [](void* object) -> void* { return (personal(object) = T{}).value(); },
                             .erase = [](void* object) { personal(object) = Erased{}; }};
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

/// The subject to which a pointer to a member points.
template <auto pointer>
struct PointedSubject;
template <class Struct, class T, T Struct::* member>
struct PointedSubject<member> {
    static_assert(identifies_subject(ShapeTraits<T>::kind()),
                  "the subject of a personal field must be a text, an id, a whole number or an enumeration");
    static void* at(void* object) { return &(static_cast<Struct*>(object)->*member); }
    static constexpr SubjectField field{.shape = &shape_of<T>, .at = &at};
};

template <auto pointer>
constexpr const SubjectField* subject_of(Member<pointer>) {
    return &PointedSubject<pointer>::field;
}

/// Returns the subject of the field `member`, whose type is T. Null if it is not personal.
template <class Struct, class T, auto member>
constexpr const SubjectField* subject_of_member() {
    if constexpr (is_personal<T>) {
        static_assert(
            requires { Struct::evenfold_subject(Member<member>{}); },
            "name the subject of each personal field: EVENFOLD_PERSONAL(field, subject)");
        return subject_of(Struct::evenfold_subject(Member<member>{}));
    }
    return nullptr;
}

} // namespace evenfold::shaping
