#include "evenfold/core/containers/sorted.hpp"

#include <algorithm>

namespace evenfold::containers {

void sort(std::vector<const void*>& elements, ElementLess less) {
    std::ranges::sort(elements, less);
}

} // namespace evenfold::containers
