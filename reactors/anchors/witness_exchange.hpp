/// The texts that are exchanged with a witness: the request with a head and its proof, and the cosignatures.
/// Shapes: the bodies of C2SP tlog-witness, add-checkpoint.
/// Errors: FailureKind::invalid for a response without a valid cosignature.
/// Source: C2SP tlog-witness, tlog-cosignature.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "evenfold/journal/chain/tree/proof.hpp"
#include "evenfold/journal/heads/keys.hpp"
#include "evenfold/system/failure.hpp"

namespace evenfold::reactors::anchors {

/// Returns the request: the old size, the proof, an empty line and the head.
[[nodiscard]] std::string
add_checkpoint_request(std::uint64_t old_size, std::span<const journal::chain::Hash> proof, std::string_view note);

/// Returns the size that a witness states when its last head is not the one of the request.
[[nodiscard]] std::optional<std::uint64_t> size_in_conflict(std::string_view response);

/// Returns `note` with the cosignatures in `response`. If `witnesses` is empty, takes those of all names except the
/// journal's, unchecked. Otherwise takes those of these keys, and fails if one is wrong. Takes none twice, and fails
/// if there is none.
[[nodiscard]] std::expected<std::string, system::Failure>
with_cosignatures(const std::string& note, std::string_view response,
                  std::span<const journal::heads::VerifierKey> witnesses);

} // namespace evenfold::reactors::anchors
