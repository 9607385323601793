#include "evenfold/tests/house/checks.hpp"

#include <algorithm>
#include <doctest/doctest.h>

#include "evenfold/tests/support/build_paths.hpp"

namespace evenfold::house {

const std::vector<Source>& tree() {
    static const std::vector<Source> sources = read_tree(tests::source_tree());
    return sources;
}

const Source* find(std::string_view path) {
    const auto found = std::ranges::find(tree(), path, &Source::path);
    return found == tree().end() ? nullptr : &*found;
}

void check_none(const Faults& faults) {
    for (const std::string& fault : faults) FAIL_CHECK(fault);
}

void check_each(const std::function<Faults(const Source&)>& rule) {
    for (const Source& source : tree()) check_none(rule(source));
}

void check_caught(const Faults& faults, std::string_view place) {
    REQUIRE(faults.size() == 1);
    CHECK(faults.front().starts_with(place));
}

} // namespace evenfold::house
