#include "evenfold/core/projector/orchestration.hpp"

#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold {

template const Shape& shape_of<orchestration::Model>();

} // namespace evenfold
