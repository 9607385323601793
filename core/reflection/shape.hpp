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

namespace evenfold {

struct Shape;

/// Shapes refer to each other by function, so that they may be made in any order.
using ShapeFunction = const Shape& (*)();

/// An object of type bool.
struct BooleanShape {};

/// Any signed integer.
struct IntegerShape {
    std::int64_t (*read)(const void* object);
    bool (*write)(void* object, std::int64_t value); // false when it does not fit
};

/// Any unsigned integer.
struct NaturalShape {
    std::uint64_t (*read)(const void* object);
    bool (*write)(void* object, std::uint64_t value); // false when it does not fit
};

/// An object of type double.
struct RealShape {};

/// An object of type std::string or CompactString: any bytes, normally UTF-8.
struct TextShape {
    std::string_view (*read)(const void* object);
    void (*write)(void* object, std::string_view text);
};

/// An object of type Uuid, or of an Id, which is laid out as its Uuid. `entity` names what the Id is an id of.
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

struct Field {
    std::string_view name;
    ShapeFunction shape;
    void* (*at)(void* object);
};

/// A struct; its name on the wire is the shape's.
struct StructureShape {
    std::span<const Field> fields;
};

/// A std::variant; on the wire an alternative is told by its shape's name.
struct VariantShape {
    std::span<const ShapeFunction> alternatives;
    std::size_t (*index)(const void* object);
    void* (*value)(void* object);
    void* (*emplace)(void* object, std::size_t index); // a fresh value of that alternative
};

struct OptionalShape {
    ShapeFunction element;
    void* (*value)(void* object); // null when there is none
    void* (*emplace)(void* object);
};

/// A vector, an OrderedSet, a Set or a Table: elements in an order that does not depend on hashing.
struct SequenceShape {
    ShapeFunction element;
    bool ordered; // whether the order is part of the value
    std::size_t (*size)(const void* object);
    void (*each)(const void* object, const std::function<void(const void* element)>& visit);
    // Adds one element made by `fill`; false, and nothing added, when `fill` says so.
    bool (*add)(void* object, const std::function<bool(void* element)>& fill);
};

/// A Box: on the wire its content.
struct BoxShape {
    ShapeFunction content;
    void* (*value)(void* object);
};

using Kind = std::variant<BooleanShape, IntegerShape, NaturalShape, RealShape, TextShape, UuidShape, InstantShape,
                          EnumerationShape, StructureShape, VariantShape, OptionalShape, SequenceShape, BoxShape>;

/// `name` and `version` are what a stored value is told by; a type that changes its shape takes the next version.
/// `spelling` is the C++ type as the compiler spells it, for printing only.
struct Shape {
    std::string_view name;
    std::string_view spelling;
    std::uint32_t version;
    Kind kind;
};

/// `object` for the functions that reach its parts, which writers use too: what they answer is only read.
[[nodiscard]] inline void* to_read(const void* object) {
    return const_cast<void*>(object); // NOLINT(cppcoreguidelines-pro-type-const-cast): here and nowhere else
}

namespace shaping {

/// Has the shape of T. Defined in core/reflection/shape_of.hpp.
template <class T>
struct Maker;

} // namespace shaping

/// The shape of T, made once. Needs core/reflection/shape_of.hpp, unless `extern template const Shape& shape_of<T>()`
/// says that another file makes it: a domain does so for each of its variants.
template <class T>
const Shape& shape_of() {
    static_assert(
        requires { sizeof(shaping::Maker<T>); },
        "include evenfold/core/reflection/shape_of.hpp where a shape is asked for");
    return shaping::Maker<T>::shape;
}

} // namespace evenfold
