#include "evenfold/tests/testing/composition/composed.hpp"

#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold::testing {
template const AnyTestable& any_testable<notes::Left>();
} // namespace evenfold::testing
