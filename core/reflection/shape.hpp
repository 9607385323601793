/// The shape of a reflected type at run time: its name, its kind and its parts. The codec, the printer, the digest and
/// the generators walk shapes, so each of them is compiled once for all types.
/// A shape is constant and lives as long as the program; any thread may read it. Objects are reached through `void*`,
/// and only by the functions of their own shape. core/reflection/shape_of.hpp makes shapes.
///
///     const Shape& shape = shape_of<Total>();
///     const auto& fields = std::get<StructureShape>(shape.kind).fields;
///     assert(shape.name == "Total" && fields.size() == 1 && fields[0].name == "value");
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <variant>

#include "evenfold/core/platform/language.hpp"

namespace evenfold {

struct Shape;

/// Shapes refer to each other by function, because they may be initialised in any order.
using ShapeFunction = const Shape& (*)();

/// An object of type bool.
struct BooleanShape {};

/// Any signed integer.
struct IntegerShape {
    std::int64_t (*read)(const void* object);
    bool (*write)(void* object, std::int64_t value); // false if the value does not fit
};

/// Any unsigned integer.
struct NaturalShape {
    std::uint64_t (*read)(const void* object);
    bool (*write)(void* object, std::uint64_t value); // false if the value does not fit
};

/// An object of type double.
struct RealShape {};

/// An object of type std::string, CompactString or InlineText. It may hold any bytes, normally UTF-8.
struct TextShape {
    std::string_view (*read)(const void* object);
    void (*write)(void* object, std::string_view text);
};

/// An object of type Uuid, or of an Id, which has the layout of its Uuid. `entity` is the name of the Id's entity.
struct UuidShape {
    std::string_view entity;
};

/// An object of type Instant.
struct InstantShape {};

/// An enumeration whose enumerators are 0, 1, 2, ...
struct EnumerationShape {
    std::span<const std::string_view> names;
    std::size_t (*read)(const void* object);
    void (*write)(void* object, std::size_t index);
};

/// The field of a struct that identifies the person whom a personal field of that struct is about.
struct SubjectField {
    ShapeFunction shape; // of a text, an id, a whole number or an enumeration
    void* (*at)(void* object);
};

struct Field {
    std::string_view name;
    ShapeFunction shape;
    void* (*at)(void* object);
    const SubjectField* subject = nullptr; // of a personal field
};

/// A struct. Its stored name is the name of its shape.
struct StructureShape {
    std::span<const Field> fields;
};

/// A std::variant. In stored values the name of a shape identifies the alternative.
struct VariantShape {
    std::span<const ShapeFunction> alternatives;
    std::size_t (*index)(const void* object);
    void* (*value)(void* object);
    void* (*emplace)(void* object, std::size_t index); // creates a default value of that alternative
};

struct OptionalShape {
    ShapeFunction element;
    void* (*value)(void* object); // null if it is absent
    void* (*emplace)(void* object);
};

/// A vector, an OrderedSet, a Set or a Table. The order of elements never depends on hashing.
struct SequenceShape {
    ShapeFunction element;
    bool ordered; // whether the order is part of the value
    std::size_t (*size)(const void* object);
    void (*each)(const void* object, const std::function<void(const void* element)>& visit);
    // Adds one element, which `fill` sets. Returns false and adds nothing if `fill` returns false.
    bool (*add)(void* object, const std::function<bool(void* element)>& fill);
};

/// An Indirect. It is stored as its content.
struct IndirectShape {
    ShapeFunction content;
    void* (*value)(void* object);
};

/// A Personal. It is shown as its content, and stored sealed.
struct PersonalShape {
    ShapeFunction content;
    void* (*value)(void* object);   // null if it was erased
    void* (*emplace)(void* object); // creates a default content
    void (*erase)(void* object);
};

using ShapeKind = std::variant<BooleanShape, IntegerShape, NaturalShape, RealShape, TextShape, UuidShape, InstantShape,
                               EnumerationShape, StructureShape, VariantShape, OptionalShape, SequenceShape,
                               IndirectShape, PersonalShape>;

/// `name` and `version` identify the type of a stored value; a type whose shape changes must take the next version.
/// `spelling` is the C++ type as the compiler spells it, for printing only.
struct Shape {
    std::string_view name;
    std::string_view spelling;
    std::uint32_t version;
    ShapeKind kind;
};

/// Returns `object` for functions that return parts of it and are shared with writers. The caller must only read.
[[nodiscard]] inline void* to_read(const void* object) {
    return const_cast<void*>(object); // NOLINT(cppcoreguidelines-pro-type-const-cast): the only place
}

namespace shaping {

/// Holds the shape of T. Defined in core/reflection/shape_of.hpp.
template <class T>
struct StaticShape;

} // namespace shaping

/// Returns the one shape of T. Requires core/reflection/shape_of.hpp, unless `extern template const Shape&
/// shape_of<T>()` declares that another file instantiates it. A domain does so for each of its variants.
template <class T>
const Shape& shape_of() {
    static_assert(
        requires { sizeof(shaping::StaticShape<T>); },
        "include evenfold/core/reflection/shape_of.hpp where a shape is used");
    return shaping::StaticShape<T>::shape;
}

} // namespace evenfold
