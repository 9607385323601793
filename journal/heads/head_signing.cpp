#include "evenfold/journal/heads/head_signing.hpp"

#include <fmt/format.h>

#include "evenfold/journal/chain/hash.hpp"
#include "evenfold/journal/heads/head.hpp"

namespace evenfold::journal::heads {
namespace {

Failure other_name(const std::string& origin, const std::string& name) {
    return {.kind = FailureKind::invalid,
            .what = fmt::format("the journal is named {}, and the signing key is that of {}", origin, name),
            .remedy = "Sign with the key of this journal, or make one (`evenfold keys signer DIR`)."};
}

Failure not_signed_because(const HeadError& error) {
    switch (error.kind) {
    case HeadErrorKind::smaller:
    case HeadErrorKind::fork:
        return {.kind = FailureKind::inconsistent,
                .what = "no head was signed: " + error.what,
                .remedy = "Find out who changed the journal, or which copy of it was restored (`evenfold verify`)."};
    case HeadErrorKind::last_invalid:
        return {.kind = FailureKind::invalid,
                .what = "no head was signed: " + error.what,
                .remedy = "If the signing key was replaced, name the verifier key of the earlier signer, too."};
    case HeadErrorKind::not_a_tree:
    case HeadErrorKind::not_signed: break;
    }
    return {.kind = FailureKind::input_output, .what = "no head was signed: " + error.what, .remedy = {}};
}

std::expected<void, Failure> check_name(JournalSignatures& signatures, const std::string& name) {
    const auto start = chain_start(signatures);
    if (!start) return std::unexpected(start.error());
    if (start->origin != name) return std::unexpected(other_name(start->origin, name));
    return {};
}

/// Returns the note of the new head.
std::expected<std::string, Failure> signed_note(JournalTree& tree, const chain::TreeHead& head,
                                                const std::optional<chain::HeadRow>& newest, const HeadSigning& signing,
                                                Instant now) {
    std::optional<LastHead> last;
    chain::TreeProof proof;
    if (newest) {
        if (newest->size > 0 && newest->size <= head.size) {
            auto made = chain::consistency_proof(tree, newest->size, head.size);
            if (!made) return std::unexpected(std::move(made.error()));
            proof = *std::move(made);
        }
        last = LastHead{.note = newest->note, .consistency = proof, .trusted = signing.earlier};
    }
    auto note = sign_head(signing.key, head, static_cast<std::uint64_t>(now.unix_ms / 1'000), last);
    if (!note) return std::unexpected(not_signed_because(note.error()));
    return *std::move(note);
}

} // namespace

bool is_head_due(const HeadSchedule& schedule, const LastSigned& last, std::uint64_t size, Instant now) {
    if (size <= last.size) return false;
    return size - last.size >= schedule.events || now.unix_ms - last.at.unix_ms >= schedule.interval_ms;
}

std::expected<chain::ChainStart, Failure> chain_start(JournalSignatures& signatures) {
    const auto source = signatures.open_chain();
    if (!source) return std::unexpected(source.error());
    return (*source)->start();
}

std::expected<std::optional<chain::HeadRow>, Failure>
sign_newest_head(JournalSignatures& signatures, const HeadSigning& signing, Instant now) {
    auto newest = signatures.newest_head();
    if (!newest) return newest;
    const auto tree = signatures.open_tree();
    if (!tree) return std::unexpected(tree.error());
    const std::uint64_t size = (*tree)->size();
    if (size == 0 && !*newest) return std::nullopt;
    if (*newest && (*newest)->size == size) return newest;
    if (auto named = check_name(signatures, signing.key.verifier().name()); !named)
        return std::unexpected(std::move(named.error()));
    const auto frontier = chain::tree_frontier(**tree, size);
    if (!frontier) return std::unexpected(frontier.error());
    const chain::Hash root = frontier->root();
    auto note = signed_note(**tree, {size, root}, *newest, signing, now);
    if (!note) return std::unexpected(std::move(note.error()));
    chain::HeadRow head{
        .size = size, .root = std::string(chain::bytes_of(root)), .frontier = {}, .note = *std::move(note)};
    for (const chain::Hash& hash : frontier->hashes()) head.frontier += chain::bytes_of(hash);
    if (auto added = signatures.add_head(head, now); !added) return std::unexpected(std::move(added.error()));
    return head;
}

} // namespace evenfold::journal::heads
