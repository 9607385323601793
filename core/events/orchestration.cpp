#include "evenfold/core/events/orchestration.hpp"

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/core/variants/compiled_variant_members.hpp"

namespace evenfold {

template class CompiledVariant<orchestration::EventAlternatives>;
template const Shape& shape_of<orchestration::Event>();

} // namespace evenfold
