/// The options with which a kernel is opened.
/// Shapes: all may be left out.
#pragma once

#include <cstdint>

#include "evenfold/codec/personal/sealer.hpp"
#include "evenfold/journal/chain/verify.hpp"
#include "evenfold/kernel/replay.hpp"

namespace evenfold::kernel {

/// The events of a signed journal that are verified when a kernel is opened: none; those behind the newest signed head,
/// or all if there is none; all.
enum class Check : std::uint8_t { none, tail, all };

/// Options for opening a kernel.
template <Domain D>
struct KernelOptions {
    /// A state of this journal, such as a stored snapshot: only later events are replayed. The default is the state
    /// before the first event.
    /// A state that was folded before the last erasure of personal values is discarded.
    ReplayedModel<D> starting_state{};
    /// The key store of the journal, which must outlive the kernel. Required if D has personal fields.
    codec::Sealer* sealer = nullptr;
    /// Whose signatures are trusted. With it, a journal that is not as it was signed is not opened.
    const journal::chain::ChainTrust* trust = nullptr;
    Check check = Check::tail; // which events are verified, if there is a trust
};

} // namespace evenfold::kernel
