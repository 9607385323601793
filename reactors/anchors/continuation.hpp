/// Whether a head continues the history of the head before it.
/// Shapes: both are notes signed by trusted keys; the proof comes from the publication.
/// Errors: FailureKind::invalid for a head that is not signed, damaged for a last head that is not, inconsistent for a
/// head that does not begin with the last one.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "evenfold/journal/heads/head.hpp"
#include "evenfold/reactors/anchors/anchor.hpp"

namespace evenfold::reactors::anchors {

/// Returns the head of the publication, which a trusted key must have signed.
[[nodiscard]] std::expected<journal::heads::SignedHead, Failure> head_of(const HeadPublication& publication);

enum class Continuation : std::uint8_t { extends, same };

/// Checks that `head`, of the publication, begins with the history of `last_note`, the last head of `anchor`.
[[nodiscard]] std::expected<Continuation, Failure>
check_continuation(std::string_view anchor, std::string_view last_note, const journal::heads::SignedHead& head,
                   const HeadPublication& publication);

} // namespace evenfold::reactors::anchors
