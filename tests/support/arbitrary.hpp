/// Values of any reflected type, generated from its shape alone: random values, or the plain ones in golden files.
/// Shape: a traversal that fills an object; the same seed fills the same values on every machine.
/// All enumerators, alternatives, absent and empty values, limits and invalid UTF-8 can occur.
#pragma once

#include <cstdint>
#include <random>

#include "evenfold/core/reflection/shape.hpp"

namespace evenfold::tests {

using Engine = std::mt19937_64;

/// Fills the empty object of that shape with random values. Instants stay within the years that have a text form.
void fill_anything(const Shape& shape, void* object, Engine& engine);

/// Fills every part of the object of that shape: each leaf has the next number, sequences have two elements, optionals
/// are present, variants hold their last alternative.
void fill_plainly(const Shape& shape, void* object);

/// Returns a random value of type T.
template <class T>
[[nodiscard]] T anything(std::uint64_t seed) {
    Engine engine(seed);
    T value{};
    fill_anything(shape_of<T>(), &value, engine);
    return value;
}

} // namespace evenfold::tests
