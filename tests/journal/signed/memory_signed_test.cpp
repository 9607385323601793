// Signed journals in memory: they satisfy the contract, are proven, and sign as files do.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/contracts/journal_contract.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/journal/signed/signed_file.hpp"

namespace evenfold::tests::chain {
namespace {

using journal::Batch;
using journal::Failure;
using journal::FailureKind;
using journal::MemoryJournal;
using journal::MemoryOptions;
using journal::contract::batch;

MemoryOptions memory_key(std::uint64_t key) {
    return {.domain = "plans", .signing = journal::SigningOptions{key_of(key)}};
}

class SignedMemoryFixture final : public journal::contract::JournalFixture {
public:
    journal::Journal& journal() override { return journal_; }

private:
    MemoryJournal journal_{memory_key(1)};
};

ChainReport proven_in_memory(journal::Journal& journal, std::uint64_t keys, VerifyScope scope = VerifyScope::all) {
    const auto source = journal.signatures()->open_chain();
    REQUIRE(source);
    return verify(**source, trust_of(keys), scope).value();
}

/// Returns each event's signature as text.
std::vector<std::string> signatures_in(journal::Journal& journal) {
    const auto source = journal.signatures()->open_chain();
    REQUIRE(source);
    REQUIRE((*source)->start());
    std::vector<std::string> all;
    EventRow row;
    while ((*source)->next_event(row).value()) all.push_back(row.previous + row.mac + row.payload_hash + row.salt);
    EmptyReceiptRow link;
    while ((*source)->next_empty_receipt(link).value()) all.push_back(link.mac);
    return all;
}

/// Salts that are the same in each journal.
std::expected<void, Failure> equal_salts(std::span<char> salts) {
    std::ranges::fill(salts, 's');
    return {};
}

} // namespace

TEST_CASE("Signed memory: satisfies the journal contract.") {
    for (const journal::contract::Rule& rule : journal::contract::rules()) {
        CAPTURE(rule.sentence);
        CHECK(rule.violations([] { return std::make_unique<SignedMemoryFixture>(); }) ==
              journal::contract::Violations{});
    }
}

TEST_CASE("Signed memory: every append is proven, over repeats, refusals, commands without events and new keys.") {
    MemoryJournal journal(memory_key(1));
    for (std::uint64_t round = 0; round < 100; ++round) {
        const std::uint64_t id = round * 5;
        append(journal, {batch(id, {"a", "b"}), batch(id + 1, {}), batch(id + 2, {"a"})});
        append(journal, {batch(id, {"a", "b"})}); // a repeat
        std::vector<Batch> refused{batch(id + 3, {"c"}), batch(id + 4, {"c"})};
        refused[1].expectations.push_back({.stream = "c", .version = 7});
        CHECK(!journal.append(refused, std::nullopt));
        if (round % 40 == 39) REQUIRE(journal.signatures()->change_key(key_of(2 + round / 40), {}));
    }
    const ChainReport report = proven_in_memory(journal, 3);
    CHECK_MESSAGE(report.ok(), to_json(report));
    CHECK(report.signed_events == 300);
    CHECK(report.keys.size() == 3);
    CHECK(journal.signatures()->change_key(key_of(2), {}).error().kind == FailureKind::invalid);
    for (const std::string stream : {"a", "b", "c"}) {
        const auto source = journal.signatures()->open_chain();
        const auto of_stream = verify_stream(**source, trust_of(3), stream);
        CHECK(of_stream->ok());
        CHECK(of_stream->events == (stream == "a" ? 200 : stream == "b" ? 100 : 0));
    }
}

TEST_CASE("Signed memory: signing can start later, which seals the events as they were found.") {
    MemoryJournal journal;
    append(journal, {batch(1, {"a", "b"}), batch(2, {})});
    CHECK(journal.signatures()->open_tree().error().kind == FailureKind::invalid);
    CHECK(journal.signatures()->newest_head().error().kind == FailureKind::invalid);
    CHECK(proven_in_memory(journal, 1).broken->reason == BreakReason::is_unsigned);
    REQUIRE(journal.signatures()->start_signing(key_of(1), {}));
    append(journal, {batch(3, {"a"})});
    const ChainReport report = proven_in_memory(journal, 1);
    CHECK_MESSAGE(report.ok(), to_json(report));
    CHECK(remark_of(report, RemarkKind::unsigned_prefix) == ChainRemark{RemarkKind::unsigned_prefix, 1, 2});
    CHECK(journal.signatures()->start_signing(key_of(2), {}).error().kind == FailureKind::exists);
}

TEST_CASE("Signed memory: heads, responses of anchors and proofs are those of the tree.") {
    MemoryJournal journal(memory_key(1));
    for (std::uint64_t id = 1; id <= 600; ++id) append(journal, {batch(1000 + id, {}), batch(id, {"a"})});
    const auto tree = journal.signatures()->open_tree();
    REQUIRE(tree);
    const std::uint64_t size = (*tree)->size();
    const Hash root = tree_root(**tree, size).value();
    CHECK(root == proven_in_memory(journal, 1).root);
    for (Sequence sequence = 1; sequence <= size; sequence += 41) {
        const auto proof = inclusion_proof(**tree, sequence - 1, size);
        REQUIRE(proof);
        CHECK(is_included(leaf_hash((*tree)->entry_of(sequence).value()), sequence - 1, size, *proof, root));
    }
    const std::string note = head_note("journal", {size, root});
    REQUIRE(journal.signatures()->add_head(
        {.size = size, .root = std::string(bytes_of(root)), .frontier = {}, .note = note}, {}));
    CHECK(journal.signatures()->newest_head().value()->note == note);
    const journal::Anchoring anchoring{.size = size, .anchor = "file:/h", .at = {1}, .response = "kept"};
    REQUIRE(journal.signatures()->add_anchoring(anchoring));
    CHECK(journal.signatures()->anchorings() == std::vector{anchoring});
}

TEST_CASE("Signed memory: equal events, salts and names have the signatures of a file (SL5).") {
    const journal::ScratchFolder folder;
    journal::SqliteOptions in_file = signed_with(1);
    in_file.signing->salts = &equal_salts;
    const auto file = opened(folder / "journal.db", in_file);
    MemoryOptions in_memory = memory_key(1);
    in_memory.origin = text_in(folder / "journal.db", "SELECT name FROM origin");
    in_memory.signing->salts = &equal_salts;
    MemoryJournal memory(in_memory);
    for (journal::Journal* one : {file.get(), static_cast<journal::Journal*>(&memory)}) {
        append(*one, {batch(1, {"a", "b"}), batch(2, {}), batch(3, {"a"})});
        REQUIRE(one->signatures()->change_key(key_of(2), {}));
        append(*one, {batch(4, {"b", "a", "c"})});
    }
    CHECK(signatures_in(memory) == signatures_in(*file));
    CHECK(signatures_in(memory).size() == 7);
    MemoryJournal other(memory_key(1)); // of another origin (negative control)
    append(other, {batch(1, {"a", "b"}), batch(2, {}), batch(3, {"a"})});
    CHECK(signatures_in(other).front() != signatures_in(*file).front());
}

TEST_CASE(
    "Signed journals: a refused or failed append changes neither chain nor tree; a repeated one links once (SL8).") {
    const journal::ScratchFolder folder;
    bool has_salts = true;
    const journal::SaltSource salts = [&](std::span<char> bytes) -> std::expected<void, Failure> {
        if (!has_salts)
            return std::unexpected(Failure{.kind = FailureKind::input_output, .what = "none", .remedy = {}});
        return equal_salts(bytes);
    };
    journal::SqliteOptions in_file = signed_with(1);
    in_file.signing->salts = salts;
    const auto file = opened(folder / "journal.db", in_file);
    MemoryOptions in_memory = memory_key(1);
    in_memory.signing->salts = salts;
    MemoryJournal memory(in_memory);
    for (journal::Journal* one : {file.get(), static_cast<journal::Journal*>(&memory)}) {
        append(*one, {batch(1, {"a", "b"}), batch(2, {})});
        const auto signatures = signatures_in(*one);
        const Hash root = proven_in_memory(*one, 1).root;
        const auto is_as_before = [&] {
            const auto tree = one->signatures()->open_tree();
            REQUIRE(tree);
            return signatures_in(*one) == signatures && tree_root(**tree, (*tree)->size()).value() == root;
        };
        std::vector<Batch> refused{batch(3, {"a"}), batch(4, {"c"})};
        refused[1].expectations.push_back({.stream = "c", .version = 7});
        CHECK_FALSE(one->append(refused, std::nullopt));
        CHECK(is_as_before());
        has_salts = false;
        CHECK_FALSE(one->append(std::vector{batch(5, {"a"})}, std::nullopt));
        has_salts = true;
        CHECK(is_as_before());
        append(*one, {batch(1, {"a", "b"}), batch(2, {})}); // its first outcome is not known to this caller
        CHECK(is_as_before());
        append(*one, {batch(3, {"a"}), batch(3, {"a"})});
        CHECK(signatures_in(*one).size() == signatures.size() + 1);
        CHECK(proven_in_memory(*one, 1).ok());
    }
    CHECK(signatures_in(*file).size() == signatures_in(memory).size());
}

TEST_CASE("Signed memory: a verification reads one state, however many events are appended meanwhile.") {
    MemoryJournal journal(memory_key(1));
    append(journal, {batch(1, {"a", "b"}), batch(2, {})});
    const auto source = journal.signatures()->open_chain();
    REQUIRE(source);
    const ChainStart start = (*source)->start().value();
    CHECK(start.head == 2);
    append(journal, {batch(3, {"a"}), batch(4, {})});
    std::uint64_t rows = 0;
    EventRow row;
    while ((*source)->next_event(row).value()) ++rows;
    EmptyReceiptRow link;
    while ((*source)->next_empty_receipt(link).value()) ++rows;
    CHECK(rows == 3);
    CHECK(proven_in_memory(journal, 1).events == 3);
}

TEST_CASE("Signed memory: without salts nothing is stored, and the journal goes on when there are some.") {
    bool is_empty = true;
    MemoryOptions options = memory_key(1);
    options.signing->salts = [&](std::span<char> salts) -> std::expected<void, Failure> {
        if (is_empty) return std::unexpected(Failure{.kind = FailureKind::input_output, .what = "none", .remedy = ""});
        return equal_salts(salts);
    };
    MemoryJournal journal(options);
    const auto refused = journal.append(std::vector{batch(1, {"a"})}, std::nullopt);
    REQUIRE(!refused);
    CHECK(std::get<Failure>(refused.error()).what == "none");
    CHECK(journal.head() == 0);
    is_empty = false;
    append(journal, {batch(1, {"a"})});
    CHECK(proven_in_memory(journal, 1).ok());
}

} // namespace evenfold::tests::chain
