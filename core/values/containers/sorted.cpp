#include "evenfold/core/values/containers/sorted.hpp"

#include <algorithm>

namespace evenfold::containers {

void sort(std::vector<const void*>& elements, Before before) {
    std::sort(elements.begin(), elements.end(), before);
}

} // namespace evenfold::containers
