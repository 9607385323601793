#include "evenfold/tests/testing/metering.hpp"

#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold::testing {
template const AnyTestable& any_testable<metering::Steps>();
} // namespace evenfold::testing
