#include "evenfold/core/commands/orchestration.hpp"

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/core/variants/compiled_variant_members.hpp"

namespace evenfold {

template class CompiledVariant<orchestration::CommandAlternatives>;
template const Shape& shape_of<orchestration::Command>();

} // namespace evenfold
