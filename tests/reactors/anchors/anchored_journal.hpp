/// A journal's heads for the tests of anchors: trees of any size with one history, and forks of it.
/// Shapes: the tree of `seed` has leaves that depend on it alone, so that each size continues the smaller ones.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <fstream>
#include <string>

#include "evenfold/reactors/anchors/anchor.hpp"
#include "evenfold/tests/journal/heads/signed_notes.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::tests::anchors {

using namespace reactors::anchors;

inline constexpr std::uint64_t events_max = 64;

class AnchoredJournal {
public:
    explicit AnchoredJournal(std::uint64_t seed = 1, const std::string& origin = "journal/test")
        : key_(heads::signing_key(1, origin)), tree_(heads::random_tree(seed, events_max)) {}

    [[nodiscard]] const journal::heads::SigningKey& key() const { return key_; }

    /// Returns the signed head of the first `size` events, signed `later_s` seconds after the usual time.
    [[nodiscard]] std::string head(std::uint64_t size, std::uint64_t later_s = 0) const {
        const std::uint64_t time_s = 1'790'000'000 + size + later_s;
        return sign_head(key_, {.size = size, .root = tree_.root(size)}, time_s, std::nullopt).value();
    }

    /// Returns the publication of this head, which proves its history when asked.
    [[nodiscard]] HeadPublication publication(std::uint64_t size, std::uint64_t old_size = 0) const {
        return {.note = head(size),
                .trusted = {key_.verifier()},
                .consistency =
                    [this, size](std::uint64_t from) {
                        chain::MemoryTree tree(tree_.leaves()); // since anchors ask from several threads
                        return journal::chain::consistency_proof(tree, from, size);
                    },
                .old_size = old_size};
    }

private:
    journal::heads::SigningKey key_;
    chain::MemoryTree tree_;
};

/// Returns "done: ..." or the error with the path written as DIR.
inline std::string outcome(const std::filesystem::path& folder, const std::expected<AnchorReceipt, Failure>& receipt) {
    std::string text = receipt ? "done: " + receipt->response : receipt.error().what;
    for (std::size_t at = text.find(folder.string()); at != std::string::npos; at = text.find(folder.string()))
        text.replace(at, folder.string().size(), "DIR");
    return text;
}

/// Returns the sizes of the heads that the anchor has.
inline std::vector<std::uint64_t> sizes_of(Anchor& anchor, const AnchoredJournal& journal) {
    std::vector<std::uint64_t> sizes;
    const std::vector<journal::heads::VerifierKey> trusted{journal.key().verifier()};
    const std::vector<AnchoredHead> heads = anchor.heads().value();
    for (const AnchoredHead& head : heads)
        sizes.push_back(journal::heads::read_head(head.note, trusted).value().tree.size);
    return sizes;
}

inline std::string bytes_of_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace evenfold::tests::anchors
