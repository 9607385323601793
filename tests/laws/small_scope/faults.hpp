/// Faults planted in the core, one at a time, each of which the search must find.
/// Shape: a core with one function replaced, the scope that shows the fault, and the beginning of the report.
/// Source: the orchestration specification, section 6.3: without the rules of rows 9 and 10 the search must fail.
#pragma once

#include <string_view>
#include <vector>

#include "evenfold/tests/laws/small_scope/laws.hpp"
#include "evenfold/tests/laws/small_scope/scope.hpp"

namespace evenfold::orchestration::tests::small_scope {

struct Fault {
    std::string_view name;
    Functions core;
    Scope (*scope)();
    std::string_view violation;
    std::size_t path_max; // the most commands that are needed to show it
};

[[nodiscard]] std::vector<Fault> faults();

} // namespace evenfold::orchestration::tests::small_scope
