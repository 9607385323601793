#include "evenfold/journal/heads/head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "evenfold/journal/chain/tree/frontier.hpp"
#include "evenfold/journal/heads/text_forms.hpp"

namespace evenfold::journal::heads {
namespace {

using chain::TreeHead;

struct HeadText {
    std::string_view origin;
    TreeHead tree;
};

bool is_tree(const TreeHead& tree) {
    return tree.size != 0 || tree.root == chain::empty_tree_root();
}

std::expected<HeadText, NoteError> parse_text(std::string_view text) {
    const auto origin = take_line(text);
    if (!origin || !is_signer_name(*origin)) return malformed(1, "the origin is not the name of a signer");
    const auto size = take_line(text).and_then(number_from);
    if (!size) return malformed(2, "the size is not a decimal number without leading zeros");
    const auto root = take_line(text).and_then(hash_from_base64);
    if (!root) return malformed(3, "the root is not the base64 of 32 bytes");
    if (!text.empty()) return malformed(4, "a head has three lines before its signatures");
    const TreeHead tree{.size = *size, .root = *root};
    if (!is_tree(tree)) return malformed(3, "the root is not that of the empty tree");
    return HeadText{.origin = *origin, .tree = tree};
}

std::expected<SignedHead, NoteError>
check_head(const SignedNote& note, const HeadText& text, std::span<const VerifierKey> trusted) {
    const auto checked = check_signatures(note, text.origin, trusted);
    if (!checked) return std::unexpected(checked.error());
    if (!checked->has_note || !checked->time)
        return std::unexpected(
            NoteError{.kind = NoteErrorKind::missing_signature,
                      .line = 0,
                      .what = fmt::format("the key of '{}' has not made the {}", text.origin,
                                          checked->has_note ? "cosignature (type 04)" : "note signature (type 01)")});
    return SignedHead{.origin = std::string(text.origin), .tree = text.tree, .time_s = *checked->time};
}

std::unexpected<HeadError> refused(HeadErrorKind kind, std::string what) {
    return std::unexpected(HeadError{.kind = kind, .what = std::move(what)});
}

/// Fails unless `tree` begins with the tree of the last head of the same journal.
std::expected<void, HeadError> check_last(const VerifierKey& signer, const TreeHead& tree, const LastHead& last) {
    std::vector<VerifierKey> trusted(last.trusted.begin(), last.trusted.end());
    trusted.push_back(signer);
    const auto head = read_head(last.note, trusted);
    if (!head) return refused(HeadErrorKind::last_invalid, "the last head is not valid: " + to_text(head.error()));
    if (head->origin != signer.name())
        return refused(HeadErrorKind::last_invalid, "the last head is that of the journal '" + head->origin + "'");
    if (head->tree.size > tree.size)
        return refused(HeadErrorKind::smaller,
                       fmt::format("the last head has {} events, and the journal only {}", head->tree.size, tree.size));
    if (!chain::is_consistent(head->tree, tree, last.consistency))
        return refused(
            HeadErrorKind::fork,
            fmt::format("the journal is not proven to begin with the {} events of the last head", head->tree.size));
    return {};
}

} // namespace

std::expected<SignedHead, NoteError> read_head(std::string_view note, std::span<const VerifierKey> trusted) {
    const auto parsed = parse_note(note);
    if (!parsed) return std::unexpected(parsed.error());
    const auto text = parse_text(parsed->text);
    if (!text) return std::unexpected(text.error());
    return check_head(*parsed, *text, trusted);
}

chain::HeadReader head_reader(std::vector<VerifierKey> trusted) {
    return [trusted = std::move(trusted)](std::string_view note) {
        chain::HeadStatement statement;
        const auto parsed = parse_note(note);
        const auto text = parsed ? parse_text(parsed->text) : std::unexpected(parsed.error());
        if (!text) {
            statement.distrust = to_text(text.error());
            return statement;
        }
        statement.origin = text->origin;
        statement.tree = text->tree;
        if (const auto head = check_head(*parsed, *text, trusted); !head) statement.distrust = to_text(head.error());
        return statement;
    };
}

std::expected<std::string, HeadError>
sign_head(const SigningKey& key, const TreeHead& tree, std::uint64_t time_s, const std::optional<LastHead>& last) {
    if (!is_tree(tree)) return refused(HeadErrorKind::not_a_tree, "an empty tree has another root");
    if (last) {
        if (auto checked = check_last(key.verifier(), tree, *last); !checked)
            return std::unexpected(std::move(checked.error()));
    }
    const std::string text =
        fmt::format("{}\n{}\n{}\n", key.verifier().name(), tree.size, to_base64(chain::bytes_of(tree.root)));
    std::string note = text + "\n";
    for (const SignatureType type : {SignatureType::note, SignatureType::cosignature}) {
        const auto line = signature_line(key, type, text, time_s);
        if (!line) return refused(HeadErrorKind::not_signed, line.error().what + ": " + line.error().remedy);
        note += *line;
    }
    return note;
}

} // namespace evenfold::journal::heads
