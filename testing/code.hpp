/// Values as C++ expressions, to be pasted into a test.
/// Shape: designated initializers, one line; ids are `{id("...")}`, times `{ms}`, optionals `{}` or `{...}`.
/// Types are named as inside the domain's own namespace; a name that begins with a lower-case letter is assumed to be a
/// namespace.
/// Sets and tables are printed as lists, which do not compile, because these containers have no list constructor.
#pragma once

#include <string>
#include <string_view>

#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/core/values/uuid.hpp"

namespace evenfold::testing {

/// Receives a text in parts.
class TextSink {
public:
    TextSink() = default;
    TextSink(const TextSink&) = delete;
    TextSink& operator=(const TextSink&) = delete;
    virtual ~TextSink() = default;

    virtual void add(std::string_view text) = 0;
    /// Returns false in a signal handler. Sets and tables are then written as `{...}`.
    [[nodiscard]] virtual bool may_allocate() const = 0;
};

/// Writes the value as a C++ expression. Allocates no memory unless `out` does.
void write_code(const Shape& shape, const void* object, TextSink& out);

/// Returns the value as a C++ expression.
[[nodiscard]] std::string code_of(const Shape& shape, const void* object);

template <class T>
[[nodiscard]] std::string code_of(const T& value) {
    return code_of(shape_of<T>(), &value);
}

/// Returns the id in `text`; nil if it has none.
[[nodiscard]] inline Uuid id(std::string_view text) {
    return parse_uuid(text).value_or(Uuid{});
}

/// Returns the differences of `expected` and `got`, one line per field: `  path: expected ..., got ...`. Empty if
/// equal.
[[nodiscard]] std::string differences(const Shape& shape, const void* expected, const void* got);

template <class T>
[[nodiscard]] std::string differences(const T& expected, const T& got) {
    return differences(shape_of<T>(), &expected, &got);
}

} // namespace evenfold::testing
