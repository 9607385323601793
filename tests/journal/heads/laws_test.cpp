#include <doctest/doctest.h>

#include <random>

#include "evenfold/journal/chain/tree/frontier.hpp"
#include "evenfold/journal/heads/event_proof.hpp"
#include "evenfold/journal/heads/removal.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"
#include "evenfold/tests/journal/heads/signed_notes.hpp"
#include "evenfold/tests/support/for_seeds.hpp"
#include "evenfold/tests/support/law.hpp"

// Laws of signed notes over random keys, heads, trees and histories.

namespace evenfold::tests::heads {
namespace {

using journal::chain::BreakReason;
using journal::chain::ChainReport;
using journal::chain::ChainTrust;
using journal::chain::Hash;

class NoteDice {
public:
    explicit NoteDice(std::uint64_t seed) : random_(seed) {}

    std::uint64_t between(std::uint64_t from, std::uint64_t to) {
        return std::uniform_int_distribution<std::uint64_t>(from, to)(random_);
    }
    /// Returns a number whose magnitude is random, too.
    std::uint64_t number() { return random_() >> between(0, 63); }
    Hash hash() { return journal::chain::hash_of(std::to_string(random_())); }
    SigningKey key() {
        const Hash seed = hash();
        std::string name = "journal/";
        for (std::uint64_t size = between(1, 40); size > 0; --size) name += static_cast<char>(between('-', '~'));
        return SigningKey::from_seed(name, seed).value();
    }
    /// Returns `text` with one bit flipped.
    std::string flipped(std::string text) {
        char& byte = text[between(0, text.size() - 1)];
        byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << between(0, 7)));
        return text;
    }

private:
    std::mt19937_64 random_;
};

SignedRemoval any_removal(NoteDice& dice, const std::string& origin) {
    SignedRemoval removal{.origin = origin, .ranges = {}, .leaves = dice.hash(), .by = "a", .reason = "b", .time_s = 0};
    std::uint64_t next = 1;
    for (std::uint64_t count = dice.between(1, 5); count > 0; --count) {
        const std::uint64_t first = dice.between(next, next + 100);
        const std::uint64_t last = dice.between(first, first + dice.between(0, 100));
        removal.ranges.push_back({first, last});
        next = last + 2;
    }
    removal.time_s = dice.number();
    return removal;
}

/// Signs the heads of a history with Ed25519, each after the one before it.
void sign_heads(chain::HistoryWriter& history, const SigningKey& key) {
    chain::MemoryTree tree(history.leaves);
    std::string last_note;
    std::uint64_t last_size = 0;
    for (auto& row : history.stored.heads) {
        journal::chain::TreeProof proof;
        if (last_size > 0) proof = journal::chain::consistency_proof(tree, last_size, row.size).value();
        std::optional<LastHead> last;
        if (last_size > 0) last = LastHead{.note = last_note, .consistency = proof, .trusted = {}};
        row.note = sign_head(key, {.size = row.size, .root = tree.root(row.size)}, row.size, last).value();
        last_note = row.note;
        last_size = row.size;
    }
}

ChainReport report_with(const chain::StoredJournal& stored, const std::vector<VerifierKey>& signers) {
    ChainTrust trust = chain::trust_of(20);
    trust.read_head = head_reader(signers);
    trust.read_removal = removal_reader(signers);
    return chain::report_of(stored, trust);
}

} // namespace

TEST_CASE("Signed note laws: heads, keys, removals and proofs are read as they were written.") {
    CHECK(for_seeds("round trips", [](std::uint64_t seed) {
        NoteDice dice(seed);
        const SigningKey key = dice.key();
        const std::vector<VerifierKey> trusted{key.verifier()};
        const SignedHead head{.origin = key.verifier().name(),
                              .tree = {.size = dice.number() | 1U, .root = dice.hash()},
                              .time_s = dice.number() >> 1U};
        const std::string note = sign_head(key, head.tree, head.time_s, std::nullopt).value();
        law(read_head(note, trusted) == head);
        for (const SignatureType type : {SignatureType::note, SignatureType::cosignature})
            law(VerifierKey::parse(key.verifier().to_text(type)) == key.verifier());
        const std::string removal = sign_removal(key, any_removal(dice, head.origin)).value();
        law(sign_removal(key, read_removal(removal, trusted).value()) == removal);
        EventProof proof{.entry = std::to_string(dice.number()), .index = dice.number(), .hashes = {}, .head = note};
        for (std::uint64_t hashes = dice.between(0, 64); hashes > 0; --hashes) proof.hashes.push_back(dice.hash());
        law(parse_proof(to_text(proof)) == proof);
    }));
}

TEST_CASE("Signed note laws: each flipped bit, missing byte and additional byte of the vector is refused.") {
    const std::string& note = head_vector().note;
    const std::vector<VerifierKey> trusted{vector_key().verifier()};
    REQUIRE(read_head(note, trusted));
    for (std::size_t i = 0; i < note.size(); ++i) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            std::string changed = note;
            changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ (1U << bit));
            CHECK_MESSAGE(!read_head(changed, trusted), i, ", ", bit);
        }
        CHECK_MESSAGE(!read_head(note.substr(0, i) + note.substr(i + 1), trusted), i);
        for (const char added : {' ', '\n', 'A', '0'})
            CHECK_MESSAGE(!read_head(note.substr(0, i) + added + note.substr(i), trusted), i, added);
        CHECK_MESSAGE(!read_head(note.substr(0, i), trusted), i);
    }
}

TEST_CASE("Signed note laws: a flipped bit of any note or proof is refused.") {
    CHECK(for_seeds("flipped bits", [](std::uint64_t seed) {
        NoteDice dice(seed);
        const SigningKey key = dice.key();
        const std::vector<VerifierKey> trusted{key.verifier()};
        chain::MemoryTree tree = random_tree(seed, dice.between(1, 20));
        const std::uint64_t size = tree.leaves().size();
        const std::string head = sign_head(key, {size, tree.root(size)}, 7, std::nullopt).value();
        law(!read_head(dice.flipped(head), trusted));
        const std::string removal = sign_removal(key, any_removal(dice, key.verifier().name())).value();
        law(!read_removal(dice.flipped(removal), trusted));
        const std::uint64_t index = dice.between(0, size - 1);
        const EventProof proof{.entry = std::to_string(seed) + "/" + std::to_string(index),
                               .index = index,
                               .hashes = journal::chain::inclusion_proof(tree, index, size).value(),
                               .head = head};
        const auto is_proven = [&](const std::string& text) {
            const auto parsed = parse_proof(text);
            return parsed && check_proof(*parsed, trusted);
        };
        law(is_proven(to_text(proof)));
        law(!is_proven(dice.flipped(to_text(proof))));
    }));
}

TEST_CASE("Signed note laws: the next head is signed exactly if the tree continues that of the last head.") {
    CHECK(for_seeds("next heads", [](std::uint64_t seed) {
        NoteDice dice(seed);
        const SigningKey key = dice.key();
        chain::MemoryTree tree = random_tree(seed, dice.between(1, 300));
        const std::uint64_t size = tree.leaves().size();
        const std::uint64_t old_size = dice.between(1, size);
        const std::string last = sign_head(key, {old_size, tree.root(old_size)}, 7, std::nullopt).value();
        std::vector<Hash> leaves = tree.leaves();
        leaves[dice.between(0, old_size - 1)] = dice.hash();
        chain::MemoryTree changed(leaves);
        const auto is_signed = [&](chain::MemoryTree& of) {
            const auto proof = journal::chain::consistency_proof(of, old_size, size).value();
            const LastHead before{.note = last, .consistency = proof, .trusted = {}};
            const auto head = sign_head(key, {size, of.root(size)}, 8, before);
            if (!head) law(head.error().kind == HeadErrorKind::fork, head.error().what);
            return head.has_value();
        };
        law(is_signed(tree));
        law(!is_signed(changed));
    }));
}

TEST_CASE("Signed note laws: a journal with signed heads and removals is proven, and changes of them are found.") {
    CHECK(for_seeds("journals", [](std::uint64_t seed) {
        NoteDice dice(seed);
        const SigningKey key = signing_key(1);
        const std::vector<VerifierKey> trusted{key.verifier()};
        chain::HistoryWriter history = chain::signed_history(seed, 10);
        history.sign_head();
        const std::uint64_t first = dice.between(1, history.head());
        const journal::chain::SequenceRange range{first, dice.between(first, history.head())};
        history.remove(range);
        Sha256 leaves;
        for (std::uint64_t i = first; i <= range.last; ++i)
            leaves.update(journal::chain::bytes_of(history.leaves[i - 1]));
        const SignedRemoval removal{.origin = "journal/test",
                                    .ranges = {range},
                                    .leaves = leaves.finish(),
                                    .by = "a",
                                    .reason = "b",
                                    .time_s = 7};
        history.stored.removals.back().note = sign_removal(key, removal).value();
        sign_heads(history, key);
        const ChainReport untouched = report_with(history.stored, trusted);
        law(untouched.ok(), untouched.broken ? untouched.broken->detail : "");

        const ChainReport stranger = report_with(history.stored, {signing_key(2).verifier()});
        law(!stranger.ok() && stranger.broken->detail.find("unknown signer") != std::string::npos);
        chain::StoredJournal changed = history.stored;
        auto& row = changed.heads[dice.between(0, changed.heads.size() - 1)];
        row.note = dice.flipped(row.note);
        const ChainReport wrong_head = report_with(changed, trusted);
        law(!wrong_head.ok() && (wrong_head.broken->reason == BreakReason::head_invalid));
        law(wrong_head.broken->broken_at == row.size);
        changed = history.stored;
        changed.removals.back().note = dice.flipped(changed.removals.back().note);
        const ChainReport wrong_removal = report_with(changed, trusted);
        law(!wrong_removal.ok() && wrong_removal.broken->reason == BreakReason::removal_unproven);
        law(wrong_removal.broken->broken_at == first);
    }));
}

} // namespace evenfold::tests::heads
