#include "evenfold/core/projector/orchestration.hpp"

#include "evenfold/core/values/shape_of.hpp"

namespace evenfold {

template const Shape& shape_of<orchestration::Model>();

} // namespace evenfold
