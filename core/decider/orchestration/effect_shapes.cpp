#include "evenfold/core/decider/orchestration/effects.hpp"

#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold {

template const Shape& shape_of<orchestration::Effect>();

} // namespace evenfold
