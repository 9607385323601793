/// The kernel that the program runs, compiled once.
/// Shape: names for the kernel of orchestration and what it takes and answers.
#pragma once

#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/kernel/kernel.hpp"

namespace evenfold::kernel {
extern template class Kernel<orchestration::Orchestration>;
extern template std::expected<Replayed<orchestration::Orchestration>, journal::Failure>
replay(journal::Journal&, Replayed<orchestration::Orchestration>, Sequence);
} // namespace evenfold::kernel

namespace evenfold::cli {

using Domain = orchestration::Orchestration;
using Kernel = kernel::Kernel<Domain>;
using Command = CommandEnvelope<orchestration::Command>;
using Refusal = kernel::Refusal<Domain>;
using Outcome = kernel::Outcome<Domain>;
using Replayed = kernel::Replayed<Domain>;

} // namespace evenfold::cli
