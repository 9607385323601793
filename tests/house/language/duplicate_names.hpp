/// The rule that two product types do not share a name of one word, such as `Place` or `Row`.
/// Shapes: a type is a struct, class, union, enum or alias, at namespace scope or nested in another type. A
/// specialisation and a forward declaration define no name, and nor does an alias that repeats the name of its target.
/// Errors: none. Types inside functions and names of several words may repeat.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "evenfold/tests/house/source.hpp"

namespace evenfold::house {

struct TypeDefinition {
    std::string name;
    std::string target; // of an alias; empty for other types
    std::size_t line = 0;
};

/// Returns the types that `source` defines, in order.
[[nodiscard]] std::vector<TypeDefinition> types_of(const Source& source);

/// For each name: `path:line` of the first definition of each different type with that name.
using SharedNames = std::map<std::string, std::vector<std::string>>;

/// Returns the names of one word that several product types of `tree` share. Aliases of one target are one type.
[[nodiscard]] SharedNames shared_names(std::span<const Source> tree);

} // namespace evenfold::house
