// The tree of a signed file: its proofs, and the heads and responses of anchors that are stored beside it.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "evenfold/journal/chain/tree/proof.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/journal/signed/signed_file.hpp"
#include "evenfold/tests/journal/signed/sqlite_rows.hpp"

namespace evenfold::tests::chain {

using journal::Anchoring;
using journal::FailureKind;
using journal::ScratchFolder;
using journal::contract::batch;

namespace {

/// Appends `count` events, and a receipt without events before each tenth.
void grow(journal::Journal& journal, std::uint64_t first, std::uint64_t count) {
    std::vector<journal::Batch> group;
    for (std::uint64_t id = first; id < first + count; ++id) {
        if (id % 10 == 0) group.push_back(batch(100'000 + id, {}));
        group.push_back(batch(id, {id % 3 == 0 ? "a" : "b"}));
    }
    append(journal, group);
}

} // namespace

TEST_CASE("Signed file: each event has a proof of inclusion, and each tree is the beginning of the later ones (SL7).") {
    const ScratchFolder folder;
    const auto file = folder / "journal.db";
    std::vector<TreeHead> heads;
    std::uint64_t written = 0;
    for (const std::uint64_t count : {1U, 254U, 1U, 300U, 700U}) { // before, at and after full tiles
        const auto journal = opened(file, signed_with(1));
        grow(*journal, written + 1, count);
        written += count;
        const auto tree = journal->signatures()->open_tree();
        REQUIRE(tree);
        REQUIRE((*tree)->size() == written);
        heads.push_back({(*tree)->size(), tree_root(**tree, (*tree)->size()).value()});
    }
    const auto journal = opened(file, {.domain = "plans"}, journal::Access::read_only);
    const auto tree = journal->signatures()->open_tree();
    REQUIRE(tree);
    CHECK(heads.back().root == report_of_file(file, trust_of(1)).root);
    for (std::uint64_t sequence = 1; sequence <= heads.back().size; sequence += 13) {
        CAPTURE(sequence);
        const auto entry = (*tree)->entry_of(sequence);
        const auto proof = inclusion_proof(**tree, sequence - 1, heads.back().size);
        REQUIRE(entry);
        REQUIRE(proof);
        CHECK(is_included(leaf_hash(*entry), sequence - 1, heads.back().size, *proof, heads.back().root));
        CHECK(!is_included(leaf_hash(*entry + "x"), sequence - 1, heads.back().size, *proof, heads.back().root));
    }
    for (const TreeHead& head : heads) {
        const auto proof = consistency_proof(**tree, head.size, heads.back().size);
        REQUIRE(proof);
        CHECK(is_consistent(head, heads.back(), *proof));
    }
}

TEST_CASE("Signed file: a missing tile is damage, and not a wrong signature.") {
    const ScratchFolder folder;
    const auto file = folder / "journal.db";
    {
        const auto journal = opened(file, signed_with(1));
        grow(*journal, 1, 600);
    }
    REQUIRE(run_sql(file, "DROP TRIGGER tiles_refuse_DELETE; DELETE FROM tiles WHERE level = 0 AND number = 0"));
    const auto refused = open_sqlite_journal(file, journal::Access::read_write, signed_with(1));
    REQUIRE(!refused);
    CHECK(refused.error().kind == FailureKind::damaged);
    CHECK(refused.error().what ==
          file.string() + ": tile 0 of level 0 of the hash tree is missing or has another size");
}

TEST_CASE("Signed file: heads and responses of anchors are stored once each.") {
    const ScratchFolder folder;
    const auto file = folder / "journal.db";
    HeadRow head{.size = 2, .root = std::string(32, 'r'), .frontier = std::string(32, 'f'), .note = "a note\n"};
    const Anchoring anchoring{.size = 2, .anchor = "git:/heads", .at = {7}, .response = "anchored"};
    {
        const auto journal = opened(file, signed_with(1));
        append(*journal, {batch(1, {"a", "b"})});
        CHECK(journal->signatures()->newest_head().value() == std::nullopt);
        REQUIRE(journal->signatures()->add_head(head, {5}));
        REQUIRE(journal->signatures()->add_anchoring(anchoring));
        head.note = "another note\n";
        REQUIRE(journal->signatures()->add_head(head, {6})); // changes nothing
        REQUIRE(journal->signatures()->add_anchoring({.size = 2, .anchor = "git:/heads", .at = {8}, .response = "no"}));
    }
    const auto journal = opened(file, signed_with(1));
    const auto newest = journal->signatures()->newest_head();
    REQUIRE(newest);
    REQUIRE(*newest);
    CHECK((*newest)->note == "a note\n");
    CHECK(journal->signatures()->anchorings() == std::vector{anchoring});
}

TEST_CASE("Signed file: a journal that is not signed has no tree and no heads.") {
    const ScratchFolder folder;
    const auto journal = opened(folder / "journal.db", {.domain = "plans"});
    CHECK(journal->signatures()->open_tree().error().kind == FailureKind::invalid);
    CHECK(journal->signatures()->newest_head().error().kind == FailureKind::invalid);
    CHECK(journal->signatures()->add_head({}, {}).error().kind == FailureKind::invalid);
}

} // namespace evenfold::tests::chain
