#include "evenfold/core/decider/orchestration/errors.hpp"

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/core/variants/compiled_variant_members.hpp"

namespace evenfold {

template class CompiledVariant<orchestration::ErrorAlternatives>;
template const Shape& shape_of<orchestration::Error>();

} // namespace evenfold
