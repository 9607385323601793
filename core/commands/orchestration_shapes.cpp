#include "evenfold/core/commands/orchestration.hpp"

#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold {

template const Shape& shape_of<orchestration::Command>();

} // namespace evenfold
