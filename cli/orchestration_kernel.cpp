#include "evenfold/cli/orchestration_kernel.hpp"

namespace evenfold::kernel {
template class Kernel<orchestration::Orchestration>;
template std::expected<Replayed<orchestration::Orchestration>, journal::Failure>
replay(journal::Journal&, Replayed<orchestration::Orchestration>, Sequence);
} // namespace evenfold::kernel
