#include "evenfold/tests/support/for_seeds.hpp"

#include <rapidcheck.h>

namespace evenfold::tests {

bool for_seeds(const std::string& name, const std::function<void(std::uint64_t seed)>& property) {
    return rc::check(name, property);
}

} // namespace evenfold::tests
