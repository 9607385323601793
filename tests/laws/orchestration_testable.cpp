#include "evenfold/tests/laws/orchestration_testable.hpp"

namespace evenfold {
template const testing::AnyTestable& testing::any_testable<orchestration::Orchestration>();
} // namespace evenfold
