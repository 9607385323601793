#include "evenfold/core/events/orchestration.hpp"

#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold {

template const Shape& shape_of<orchestration::Event>();

} // namespace evenfold
