#include "evenfold/reactors/anchors/witness_exchange.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "evenfold/journal/heads/note.hpp"
#include "evenfold/journal/heads/text_forms.hpp"

namespace evenfold::reactors::anchors {
namespace {

using journal::heads::NoteSignature;
using journal::heads::SignatureType;
using journal::heads::SignedNote;
using journal::heads::VerifierKey;
using system::Failure;
using system::FailureKind;

std::unexpected<Failure> no_cosignature(std::string reason) {
    return std::unexpected(
        Failure{.kind = FailureKind::invalid,
                .what = "the output has no cosignature of a witness: " + std::move(reason),
                .remedy = "Let the command print the witness's response, and name the witness's key."});
}

/// Returns the line with this number, from 1, and its line break.
std::string_view line_in(std::string_view text, std::size_t number) {
    for (std::size_t i = 1; i < number; ++i) text.remove_prefix(text.find('\n') + 1);
    return text.substr(0, text.find('\n') + 1);
}

bool is_by(const NoteSignature& signature, const VerifierKey& key) {
    return signature.name == key.name() && signature.id == key.id(SignatureType::cosignature);
}

/// Returns whether the signature is to be taken. Fails if that of a witness is wrong.
std::expected<bool, Failure>
is_taken(const NoteSignature& signature, const SignedNote& note, std::span<const VerifierKey> witnesses) {
    const std::string_view origin = note.text.substr(0, note.text.find('\n'));
    if (signature.name == origin) return false; // a witness must not sign for the journal
    if (witnesses.empty()) return true;
    const auto key =
        std::ranges::find_if(witnesses, [&](const VerifierKey& witness) { return is_by(signature, witness); });
    if (key == witnesses.end()) return false;
    if (const auto checked = journal::heads::check_signatures(note, key->name(), {&*key, 1}); !checked)
        return no_cosignature(to_text(checked.error()));
    return true;
}

} // namespace

std::string
add_checkpoint_request(std::uint64_t old_size, std::span<const journal::chain::Hash> proof, std::string_view note) {
    std::string request = fmt::format("old {}\n", old_size);
    for (const journal::chain::Hash& hash : proof)
        request += journal::heads::to_base64(journal::chain::bytes_of(hash)) + "\n";
    request += "\n";
    request += note;
    return request;
}

std::optional<std::uint64_t> size_in_conflict(std::string_view response) {
    if (response.ends_with('\n')) response.remove_suffix(1);
    return journal::heads::number_from(response);
}

std::expected<std::string, Failure>
with_cosignatures(const std::string& note, std::string_view response, std::span<const VerifierKey> witnesses) {
    const auto before = journal::heads::parse_note(note);
    if (!before) return no_cosignature("the head is not valid: " + to_text(before.error()));
    const std::string joined = note + std::string(response);
    const auto after = journal::heads::parse_note(joined);
    if (!after || after->text != before->text)
        return no_cosignature(after ? "it has an empty line" : "after the head, " + to_text(after.error()));
    std::string cosigned = note;
    std::vector<const NoteSignature*> taken;
    for (const NoteSignature& signature : before->signatures) taken.push_back(&signature);
    for (const NoteSignature& signature : std::span(after->signatures).subspan(before->signatures.size())) {
        const auto is_same = [&](const NoteSignature* other) {
            return other->name == signature.name && other->id == signature.id;
        };
        if (std::ranges::any_of(taken, is_same)) continue;
        const auto wanted = is_taken(signature, *after, witnesses);
        if (!wanted) return std::unexpected(wanted.error());
        if (!*wanted) continue;
        taken.push_back(&signature);
        cosigned += line_in(joined, signature.line);
    }
    if (taken.size() == before->signatures.size())
        return no_cosignature(response.empty() ? "it is empty" : "none is by a known witness");
    return cosigned;
}

} // namespace evenfold::reactors::anchors
