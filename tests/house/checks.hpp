/// The common parts of the tests of the house rules: the tree, read once, and checks of faults.
/// Shape: a fault is a line `path:line: why`, and each becomes one failed check.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "evenfold/tests/house/rules.hpp"

namespace evenfold::house {

/// Returns the files of this tree, read at the first call.
[[nodiscard]] const std::vector<Source>& tree();

/// Returns the file of this tree with that path, or null.
[[nodiscard]] const Source* find(std::string_view path);

/// Fails once for each fault.
void check_none(const Faults& faults);

/// Applies `rule` to each file of this tree.
void check_each(const std::function<Faults(const Source&)>& rule);

/// A negative control: checks that there is exactly one fault, and that it begins with `place`.
void check_caught(const Faults& faults, std::string_view place);

} // namespace evenfold::house
