/// The parts of the domain orchestration that the test kit needs, for tests that generate its histories.
/// Cost: seconds of compile time, therefore it is compiled once, in orchestration_testable.cpp.
#pragma once

#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/testing/laws.hpp"

namespace evenfold {
extern template const testing::AnyTestable& testing::any_testable<orchestration::Orchestration>();
} // namespace evenfold
