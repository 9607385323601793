#include "evenfold/core/values/containers/sorted.hpp"

#include <algorithm>

namespace evenfold::containers {

void sort(std::vector<const void*>& elements, Before before) {
    std::ranges::sort(elements, before);
}

} // namespace evenfold::containers
