#include "evenfold/cli/orchestration_kernel.hpp"

namespace evenfold::kernel {
template class Kernel<orchestration::Orchestration>;
} // namespace evenfold::kernel
