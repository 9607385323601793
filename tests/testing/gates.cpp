#include "evenfold/tests/testing/gates.hpp"

#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold {
template class kernel::Kernel<gates::Gate>;
template class kernel::Kernel<gates::Idle>;
template class kernel::Kernel<gates::Tiring>;
template const testing::AnyTestable& testing::any_testable<gates::Gate>();
template const testing::AnyTestable& testing::any_testable<gates::Idle>();
template const testing::AnyTestable& testing::any_testable<gates::Tiring>();
} // namespace evenfold
