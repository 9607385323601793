#include "evenfold/core/commands/orchestration.hpp"

#include "evenfold/core/variants/compiled_variant_members.hpp"

namespace evenfold {

template class CompiledVariant<orchestration::CommandAlternatives>;

} // namespace evenfold
