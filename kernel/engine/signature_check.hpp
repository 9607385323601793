/// Verifies a signed journal before a kernel uses it, so that a program does not go on from a history that was changed.
/// Shapes: a trust, as for `journal::chain::verify`: the secrets, and the keys of those who sign heads. Without one,
/// nothing is checked.
/// Cost: `tail` reads the events behind the newest signed head, or all if there is none; `all` reads all events.
/// Errors: FailureKind::damaged with the reason and the place; `invalid` if the journal cannot be signed.
///
///     const auto opened = kernel::Kernel<Counter>::open(journal, &kernel::now, {.trust = &trust});
///     if (!opened) return opened.error().what; // such as "event 41007 is not as it was signed (mac_mismatch): ..."
#pragma once

#include <optional>

#include "evenfold/journal/chain/verify.hpp"
#include "evenfold/journal/journal.hpp"
#include "evenfold/kernel/engine/kernel_options.hpp"

namespace evenfold::kernel {

/// Returns why the journal is not proven. `trust` may be null: then nothing is checked.
[[nodiscard]] std::optional<journal::Failure>
check_signatures(journal::Journal& journal, const journal::chain::ChainTrust* trust, Check check);

} // namespace evenfold::kernel
