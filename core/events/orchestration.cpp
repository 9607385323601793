#include "evenfold/core/events/orchestration.hpp"

#include "evenfold/core/variants/compiled_variant_members.hpp"

namespace evenfold {

template class CompiledVariant<orchestration::EventAlternatives>;

} // namespace evenfold
