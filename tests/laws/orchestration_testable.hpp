/// What the kit needs of the domain orchestration, for tests that draw its histories.
/// Cost: it takes a compiler seconds, therefore it is compiled once, in orchestration_testable.cpp.
#pragma once

#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/testing/laws.hpp"

namespace evenfold {
extern template const testing::AnyTestable& testing::any_testable<orchestration::Orchestration>();
} // namespace evenfold
