#include "evenfold/reactors/anchors/continuation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "evenfold/journal/heads/note.hpp"

namespace evenfold::reactors::anchors {
namespace {

using journal::heads::SignedHead;

constexpr std::size_t time_bytes = 8; // of a cosignature, before the signature

std::unexpected<Failure> refused(FailureKind kind, std::string what, std::string remedy) {
    return std::unexpected(Failure{.kind = kind, .what = std::move(what), .remedy = std::move(remedy)});
}

std::unexpected<Failure> fork(std::string_view anchor, const SignedHead& last, const SignedHead& head) {
    return refused(
        FailureKind::inconsistent,
        fmt::format("{}: the journal of {} events is not proven to begin with the {} events that are anchored", anchor,
                    head.tree.size, last.tree.size),
        "Keep the journal and the anchor as they are, and verify the journal against the anchor: its "
        "history was changed, or it is another copy.");
}

/// Returns the time in a signature of the form of a cosignature, in seconds since 1970.
std::int64_t time_in(std::string_view signature) {
    std::uint64_t time_s = 0;
    for (const char byte : signature.substr(0, time_bytes)) time_s = time_s << 8U | static_cast<unsigned char>(byte);
    constexpr std::uint64_t seconds_max = INT64_MAX / 1000;
    return static_cast<std::int64_t>(std::min(time_s, seconds_max));
}

} // namespace

std::expected<SignedHead, Failure> head_of(const HeadPublication& publication) {
    auto head = journal::heads::read_head(publication.note, publication.trusted);
    if (head) return *std::move(head);
    return refused(FailureKind::invalid, "the head to anchor is not valid: " + to_text(head.error()),
                   "Sign a head with the journal's key, and name this key as trusted.");
}

std::expected<Continuation, Failure> check_continuation(std::string_view anchor, std::string_view last_note,
                                                        const SignedHead& head, const HeadPublication& publication) {
    const auto last = journal::heads::read_head(last_note, publication.trusted);
    if (!last)
        return refused(FailureKind::damaged,
                       fmt::format("{}: its last head is not valid: {}", anchor, to_text(last.error())),
                       "Name the key that signed it, if the key has changed; otherwise find out who wrote it.");
    if (last->origin != head.origin)
        return refused(
            FailureKind::invalid,
            fmt::format("{}: has heads of the journal '{}', and not of '{}'", anchor, last->origin, head.origin),
            "Name another place: each journal needs its own.");
    if (last->tree.size > head.tree.size)
        return refused(FailureKind::inconsistent,
                       fmt::format("{}: has a head of {} events, and this head has only {}", anchor, last->tree.size,
                                   head.tree.size),
                       "Sign a newer head. If the journal has fewer events, it was cut, or an old copy was restored.");
    if (last->tree == head.tree) return Continuation::same;
    if (last->tree.size == head.tree.size) return fork(anchor, *last, head);
    journal::chain::TreeProof proof;
    if (last->tree.size > 0) {
        auto proven = publication.consistency(last->tree.size);
        if (!proven) return std::unexpected(std::move(proven.error()));
        proof = *std::move(proven);
    }
    if (!journal::chain::is_consistent(last->tree, head.tree, proof)) return fork(anchor, *last, head);
    return Continuation::extends;
}

AnchoredHead anchored_head(std::string anchor, std::string note) {
    AnchoredHead head{.anchor = std::move(anchor), .note = std::move(note), .at = {}};
    const auto parsed = journal::heads::parse_note(head.note);
    if (!parsed) return head;
    const std::string_view origin = parsed->text.substr(0, parsed->text.find('\n'));
    for (const journal::heads::NoteSignature& signature : parsed->signatures) {
        if (signature.name == origin && signature.bytes.size() == time_bytes + journal::heads::signature_bytes)
            head.at.unix_ms = 1000 * time_in(signature.bytes);
    }
    return head;
}

} // namespace evenfold::reactors::anchors
