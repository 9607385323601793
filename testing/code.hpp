/// Values as the C++ that makes them, to be pasted into a test.
/// Shape: designated initializers, one line; ids are `{id("...")}`, times `{ms}`, optionals `{}` or `{...}`.
/// Types are named as inside the domain's own namespace; names that begin with a small letter are taken for namespaces.
/// Sets and tables are shown as lists, which do not make them: they take one element at a time.
#pragma once

#include <string>

#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/core/values/uuid.hpp"

namespace evenfold::testing {

[[nodiscard]] std::string code_of(const Shape& shape, const void* object);

template <class T>
[[nodiscard]] std::string code_of(const T& value) {
    return code_of(shape_of<T>(), &value);
}

/// The id that `text` spells; nil when it spells none.
[[nodiscard]] inline Uuid id(std::string_view text) {
    return parse_uuid(text).value_or(Uuid{});
}

/// Where `expected` and `got` differ, a line a field: `  path: expected ..., got ...`. Empty when they do not.
[[nodiscard]] std::string differences(const Shape& shape, const void* expected, const void* got);

template <class T>
[[nodiscard]] std::string differences(const T& expected, const T& got) {
    return differences(shape_of<T>(), &expected, &got);
}

} // namespace evenfold::testing
