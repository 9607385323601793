#include "evenfold/cli/domains/orchestration_kernel.hpp"

#include "evenfold/cli/domains/orchestration.hpp"
#include "evenfold/kernel/register_domain.hpp"

namespace evenfold::kernel {
template class Kernel<orchestration::Orchestration>;
template std::expected<ReplayedModel<orchestration::Orchestration>, journal::Failure>
replay(journal::Journal&, ReplayedModel<orchestration::Orchestration>, Sequence, codec::Sealer*);
} // namespace evenfold::kernel

namespace evenfold::cli {

constinit const kernel::DomainEntry orchestration_entry = kernel::register_domain<Domain>(orchestration_name);

} // namespace evenfold::cli
