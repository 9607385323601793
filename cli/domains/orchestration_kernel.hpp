/// The kernel of orchestration, instantiated in one source, for the verbs that work on this domain only.
/// Shape: short names for the kernel and its types. Verbs for any domain use kernel/any_kernel.hpp instead.
#pragma once

#include <string_view>

#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/kernel/kernel.hpp"

namespace evenfold::kernel {
extern template class Kernel<orchestration::Orchestration>;
extern template std::expected<ReplayedModel<orchestration::Orchestration>, journal::Failure>
replay(journal::Journal&, ReplayedModel<orchestration::Orchestration>, Sequence, codec::Sealer*);
} // namespace evenfold::kernel

namespace evenfold::cli {

/// The name that journals of the domain record.
inline constexpr std::string_view orchestration_name = "orchestration";

using Domain = orchestration::Orchestration;
using Kernel = kernel::Kernel<Domain>;
using Command = CommandEnvelope<orchestration::Command>;
using Refusal = kernel::Refusal<Domain>;
using Outcome = kernel::Outcome<Domain>;
using ReplayedModel = kernel::ReplayedModel<Domain>;

} // namespace evenfold::cli
