/// Signed notes of C2SP: a text of lines, an empty line, and a line per signature.
/// Shapes: parsing separates the text from its signatures; `check_signatures` checks those of trusted keys. Signatures
/// of other keys are ignored, because witnesses add theirs.
/// Bounds: a note has at most 1,000,000 bytes and 100 signatures.
/// Errors: a NoteError with the number of the line. A key that is not trusted is another error than a wrong signature.
/// Source: C2SP signed-note and tlog-cosignature.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/journal/heads/keys.hpp"

namespace evenfold::journal::heads {

inline constexpr std::size_t note_bytes_max = 1'000'000;
inline constexpr std::size_t note_signatures_max = 100;

enum class NoteErrorKind : std::uint8_t {
    malformed,         // not a note, or not one of this kind
    unknown_signer,    // no trusted key has signed it; nothing is known about its signatures
    bad_signature,     // a signature of a trusted key is not that of the text
    missing_signature, // the journal's key has signed it, but not with both types
    not_proven,        // of a proof: the event is not in the tree of the head
    too_few_witnesses, // of a policy: its quorum has not cosigned the head
};

struct NoteError {
    NoteErrorKind kind = NoteErrorKind::malformed;
    std::size_t line = 0; // from 1; 0: the whole note
    std::string what;
    friend bool operator==(const NoteError&, const NoteError&) = default;
};

/// Returns "line 2: ", if there is a line, and the reason.
[[nodiscard]] std::string to_text(const NoteError& error);

[[nodiscard]] std::unexpected<NoteError> malformed(std::size_t line, std::string what);

struct NoteSignature {
    std::size_t line = 0;
    std::string_view name;
    std::uint32_t id = 0;
    std::string bytes; // after the key id
};

/// Views into a note, which must outlive it.
struct SignedNote {
    std::string_view text; // with its last line break
    std::vector<NoteSignature> signatures;
};

[[nodiscard]] std::expected<SignedNote, NoteError> parse_note(std::string_view note);

/// The signatures by keys with the name of the journal. All of them are valid.
struct CheckedSignatures {
    bool has_note = false;             // one of type `note`, and, by the same key,
    std::optional<std::uint64_t> time; // one of type `cosignature`: its seconds since 1970
};

/// Checks the signatures of the trusted keys. Fails if one is wrong, or if no trusted key named `origin` has signed. If
/// several have, because the key changes, returns those of a key with both types.
[[nodiscard]] std::expected<CheckedSignatures, NoteError>
check_signatures(const SignedNote& note, std::string_view origin, std::span<const VerifierKey> trusted);

/// Returns a line with the signature of `text`. `time_s` is part of a cosignature only.
[[nodiscard]] std::expected<std::string, system::Failure>
signature_line(const SigningKey& key, SignatureType type, std::string_view text, std::uint64_t time_s);

} // namespace evenfold::journal::heads
