#include "evenfold/core/decider/orchestration/errors.hpp"

#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold {

template const Shape& shape_of<orchestration::Error>();

} // namespace evenfold
