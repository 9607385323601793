/// Values of any reflected type, made from its shape alone: anything at all, or the plain one that golden files show.
/// Shape: a walk that fills an object; the same seed fills the same values on every machine.
/// Enumerators, alternatives, absence, emptiness, limits and bytes that are no UTF-8 all come up.
#pragma once

#include <cstdint>
#include <random>

#include "evenfold/core/reflection/shape.hpp"

namespace evenfold::tests {

using Engine = std::mt19937_64;

/// Fills the object of that shape, which holds nothing so far, with anything. Instants stay within the years that have
/// a text.
void fill_anything(const Shape& shape, void* object, Engine& engine);

/// Fills the object of that shape with everything there is to fill: each leaf has the next number, sequences have two
/// elements, optionals are present, variants hold their last alternative.
void fill_plainly(const Shape& shape, void* object);

/// Anything of type T.
template <class T>
[[nodiscard]] T anything(std::uint64_t seed) {
    Engine engine(seed);
    T value{};
    fill_anything(shape_of<T>(), &value, engine);
    return value;
}

} // namespace evenfold::tests
