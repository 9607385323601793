#include "evenfold/journal/heads/note.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "evenfold/journal/chain/hash.hpp"
#include "evenfold/journal/heads/text_forms.hpp"

namespace evenfold::journal::heads {
namespace {

constexpr std::string_view dash = "\xE2\x80\x94 "; // an em dash and a space begin the line of a signature
constexpr std::size_t id_bytes = 4;
constexpr std::size_t time_bytes = 8;
constexpr std::uint64_t time_max = INT64_MAX; // of C2SP

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char byte : bytes) value = value << 8U | static_cast<unsigned char>(byte);
    return value;
}

std::string cosigned(std::string_view text, std::uint64_t time_s) {
    return fmt::format("cosignature/v1\ntime {}\n{}", time_s, text);
}

std::expected<NoteSignature, NoteError> parse_signature(std::string_view text, std::size_t line) {
    if (!text.starts_with(dash)) return malformed(line, "a signature begins with an em dash and a space");
    text.remove_prefix(dash.size());
    const std::size_t name_end = text.find(' ');
    if (name_end == std::string_view::npos || !is_signer_name(text.substr(0, name_end)))
        return malformed(line, "a signature needs the name of its signer, a space and base64");
    const std::optional<std::string> bytes = from_base64(text.substr(name_end + 1));
    if (!bytes) return malformed(line, "the signature is not base64 in its canonical form");
    if (bytes->size() <= id_bytes) return malformed(line, "the signature has no bytes after the id of its key");
    return NoteSignature{.line = line,
                         .name = text.substr(0, name_end),
                         .id = static_cast<std::uint32_t>(big_endian(std::string_view(*bytes).substr(0, id_bytes))),
                         .bytes = bytes->substr(id_bytes)};
}

std::unexpected<NoteError> bad_signature(const NoteSignature& signature, std::string_view reason) {
    return std::unexpected(
        NoteError{.kind = NoteErrorKind::bad_signature,
                  .line = signature.line,
                  .what = fmt::format("the signature of '{}' is wrong: {}", signature.name, reason)});
}

/// Adds the signature to `checked` if it is by `key`; fails if it is wrong.
std::expected<void, NoteError>
check_one(const NoteSignature& signature, const VerifierKey& key, std::string_view text, CheckedSignatures& checked) {
    if (signature.name != key.name()) return {};
    if (signature.id == key.id(SignatureType::note)) {
        if (checked.has_note) return malformed(signature.line, "a second signature of the same key");
        if (!key.verifies(text, signature.bytes)) return bad_signature(signature, "it is not that of this text");
        checked.has_note = true;
    } else if (signature.id == key.id(SignatureType::cosignature)) {
        if (checked.time) return malformed(signature.line, "a second cosignature of the same key");
        const std::string_view bytes = signature.bytes;
        if (bytes.size() != time_bytes + signature_bytes)
            return bad_signature(signature, "a cosignature has a time of 8 bytes and a signature of 64");
        const std::uint64_t time = big_endian(bytes.substr(0, time_bytes));
        if (time > time_max) return bad_signature(signature, "its time is too large");
        if (!key.verifies(cosigned(text, time), bytes.substr(time_bytes)))
            return bad_signature(signature, "it is not that of this text and time");
        checked.time = time;
    }
    return {};
}

/// Describes the signers of the note, and the first of the trusted keys.
NoteError unknown_signer(const SignedNote& note, std::string_view origin) {
    const NoteSignature& first = note.signatures.front();
    return {.kind = NoteErrorKind::unknown_signer,
            .line = first.line,
            .what =
                fmt::format("unknown signer: no trusted key of '{}' has signed; the first signature is by '{}' with "
                            "the key {:08x}",
                            origin, first.name, first.id)};
}

} // namespace

std::string to_text(const NoteError& error) {
    return error.line == 0 ? error.what : fmt::format("line {}: {}", error.line, error.what);
}

std::unexpected<NoteError> malformed(std::size_t line, std::string what) {
    return std::unexpected(NoteError{.kind = NoteErrorKind::malformed, .line = line, .what = std::move(what)});
}

std::expected<SignedNote, NoteError> parse_note(std::string_view note) {
    if (note.size() > note_bytes_max)
        return malformed(0, fmt::format("a note has at most {} bytes: this one has {}", note_bytes_max, note.size()));
    const std::size_t end = note.rfind("\n\n");
    if (end == std::string_view::npos) return malformed(0, "no empty line separates the text from its signatures");
    SignedNote parsed{.text = note.substr(0, end + 1), .signatures = {}};
    if (!is_note_text(parsed.text, true)) return malformed(0, "the text is not UTF-8 without control characters");
    std::size_t line = static_cast<std::size_t>(std::ranges::count(parsed.text, '\n')) + 1;
    std::string_view rest = note.substr(end + 2);
    while (!rest.empty()) {
        ++line;
        if (parsed.signatures.size() == note_signatures_max)
            return malformed(line, fmt::format("a note has at most {} signatures", note_signatures_max));
        const auto text = take_line(rest);
        if (!text) return malformed(line, "the last line has no line break");
        auto signature = parse_signature(*text, line);
        if (!signature) return std::unexpected(std::move(signature.error()));
        parsed.signatures.push_back(std::move(*signature));
    }
    if (parsed.signatures.empty()) return malformed(line + 1, "a note needs a signature");
    return parsed;
}

std::expected<CheckedSignatures, NoteError>
check_signatures(const SignedNote& note, std::string_view origin, std::span<const VerifierKey> trusted) {
    std::optional<CheckedSignatures> best;
    for (const VerifierKey& key : trusted) {
        CheckedSignatures checked;
        for (const NoteSignature& signature : note.signatures) {
            if (auto done = check_one(signature, key, note.text, checked); !done)
                return std::unexpected(std::move(done.error()));
        }
        const auto types = [](const CheckedSignatures& of) { return int{of.has_note} + int{of.time.has_value()}; };
        if (key.name() == origin && types(checked) > (best ? types(*best) : 0)) best = checked;
    }
    if (!best) return std::unexpected(unknown_signer(note, origin));
    return *best;
}

std::expected<std::string, system::Failure>
signature_line(const SigningKey& key, SignatureType type, std::string_view text, std::uint64_t time_s) {
    std::string bytes;
    chain::append_u32(bytes, key.verifier().id(type));
    const bool is_cosignature = type == SignatureType::cosignature;
    if (is_cosignature) chain::append_u64(bytes, time_s);
    const auto signature = key.sign(is_cosignature ? cosigned(text, time_s) : std::string(text));
    if (!signature) return signature;
    return fmt::format("{}{} {}\n", dash, key.verifier().name(), to_base64(bytes + *signature));
}

} // namespace evenfold::journal::heads
