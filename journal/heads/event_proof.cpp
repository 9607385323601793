#include "evenfold/journal/heads/event_proof.hpp"

#include <fmt/format.h>

#include "evenfold/journal/chain/tree/frontier.hpp"
#include "evenfold/journal/heads/text_forms.hpp"

namespace evenfold::journal::heads {
namespace {

constexpr std::string_view proof_version = "c2sp.org/tlog-proof@v1";
constexpr std::string_view extra_name = "extra ";
constexpr std::string_view index_name = "index ";
constexpr std::size_t index_line = 3;

} // namespace

std::string to_text(const EventProof& proof) {
    std::string text =
        fmt::format("{}\n{}{}\n{}{}\n", proof_version, extra_name, to_base64(proof.entry), index_name, proof.index);
    for (const chain::Hash& hash : proof.hashes) text += to_base64(chain::bytes_of(hash)) + "\n";
    return text + "\n" + proof.head;
}

std::expected<EventProof, NoteError> parse_proof(std::string_view text) {
    if (text.size() > proof_bytes_max)
        return malformed(0, fmt::format("a proof has at most {} bytes: this one has {}", proof_bytes_max, text.size()));
    EventProof proof;
    if (take_line(text) != proof_version) return malformed(1, fmt::format("a proof begins with '{}'", proof_version));
    const auto extra = take_line(text);
    if (!extra || !extra->starts_with(extra_name)) return malformed(2, "the entry is missing: expected 'extra BASE64'");
    auto entry = from_base64(extra->substr(extra_name.size()));
    if (!entry) return malformed(2, "the entry is not base64 in its canonical form");
    proof.entry = std::move(*entry);
    const auto index = take_line(text);
    const auto number =
        index && index->starts_with(index_name) ? number_from(index->substr(index_name.size())) : std::nullopt;
    if (!number) return malformed(index_line, "expected 'index NUMBER'");
    proof.index = *number;
    for (std::size_t line = index_line + 1;; ++line) {
        const auto hash_text = take_line(text);
        if (!hash_text) return malformed(line, "no empty line separates the hashes from the head");
        if (hash_text->empty()) break;
        if (proof.hashes.size() == proof_hashes_max)
            return malformed(line, fmt::format("a proof has at most {} hashes", proof_hashes_max));
        const auto hash = hash_from_base64(*hash_text);
        if (!hash) return malformed(line, "the hash is not the base64 of 32 bytes");
        proof.hashes.push_back(*hash);
    }
    proof.head = text;
    return proof;
}

std::expected<SignedHead, NoteError> check_proof(const EventProof& proof, std::span<const VerifierKey> trusted) {
    auto head = read_head(proof.head, trusted);
    if (!head) {
        if (head.error().line != 0) head.error().line += index_line + proof.hashes.size() + 1;
        return head;
    }
    if (!chain::is_included(chain::leaf_hash(proof.entry), proof.index, head->tree.size, proof.hashes, head->tree.root))
        return std::unexpected(
            NoteError{.kind = NoteErrorKind::not_proven,
                      .line = 0,
                      .what = fmt::format("the entry is not proven to be event {} of the {} of the head",
                                          proof.index + 1, head->tree.size)});
    return head;
}

} // namespace evenfold::journal::heads
