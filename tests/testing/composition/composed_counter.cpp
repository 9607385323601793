#include "evenfold/tests/testing/composition/composed.hpp"

#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold::testing {
template const AnyTestable& any_testable<notes::Counter>();
template const AnyTestable& any_testable<notes::Counters>();
template const AnyTestable& any_testable<notes::Once>();
} // namespace evenfold::testing
