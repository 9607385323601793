/// Signed heads: the size and the root of a journal's tree at a time, signed so that no other history can be presented
/// later. A head is a C2SP checkpoint without extension lines.
/// Shapes: a note of three lines (origin, size, root) with two signatures by the journal's Ed25519 key, whose name is
/// the origin: one of the text, and a cosignature/v1 of text and time. Others may add cosignatures.
/// `sign_head` signs only if the new tree begins with that of the last head, which it checks with a consistency proof.
/// Errors: a NoteError with the line for a head that cannot be trusted, a HeadError for one that is not signed.
/// Source: C2SP tlog-checkpoint, tlog-cosignature and signed-note.
///
///     using namespace journal::heads;
///     const auto head = sign_head(key, tree, 1'790'000'001, std::nullopt);
///     if (!head) return head.error().what;
///     const std::vector<VerifierKey> trusted{key.verifier()};
///     assert(read_head(*head, trusted)->tree == tree);
///     trust.read_head = head_reader(trusted); // of a `journal::chain::verify`
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/journal/chain/verify.hpp"
#include "evenfold/journal/heads/keys.hpp"
#include "evenfold/journal/heads/note.hpp"

namespace evenfold::journal::heads {

struct SignedHead {
    std::string origin;
    chain::TreeHead tree;
    std::uint64_t time_s = 0; // seconds since 1970, as the signer stated them
    friend bool operator==(const SignedHead&, const SignedHead&) = default;
};

/// Reads a head that a trusted key has signed with both types.
[[nodiscard]] std::expected<SignedHead, NoteError>
read_head(std::string_view note, std::span<const VerifierKey> trusted);

/// Returns a reader for `chain::ChainTrust::read_head`. Its statement has the size and root of the note, if these can
/// be read, even if no trusted key has signed it.
[[nodiscard]] chain::HeadReader head_reader(std::vector<VerifierKey> trusted);

/// The head before a new one.
struct LastHead {
    std::string_view note;
    std::span<const chain::Hash> consistency; // the proof that the new tree begins with the tree of this head
    std::span<const VerifierKey> trusted;     // keys of earlier signers, besides the signing key
};

enum class HeadErrorKind : std::uint8_t {
    not_a_tree,   // no journal has this size and root
    last_invalid, // the last head is not signed by a trusted key, or is that of another journal
    smaller,      // the last head has more events: the journal was cut, or an older copy of it was restored
    fork,         // the tree does not begin with that of the last head, or the proof does not show it
    not_signed,   // libcrypto failed
};

struct HeadError {
    HeadErrorKind kind = HeadErrorKind::not_a_tree;
    std::string what;
    friend bool operator==(const HeadError&, const HeadError&) = default;
};

/// Returns the signed head of `tree` at `time_s`. `last` must be given unless the journal has no head yet.
[[nodiscard]] std::expected<std::string, HeadError> sign_head(const SigningKey& key, const chain::TreeHead& tree,
                                                              std::uint64_t time_s,
                                                              const std::optional<LastHead>& last);

} // namespace evenfold::journal::heads
