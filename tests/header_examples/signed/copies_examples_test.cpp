#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "evenfold/journal/exchange/compat_log.hpp"
#include "evenfold/journal/exchange/event_evidence.hpp"
#include "evenfold/journal/exchange/export_reader.hpp"
#include "evenfold/journal/exchange/row_import.hpp"
#include "evenfold/journal/heads/event_proof.hpp"
#include "evenfold/journal/heads/head_signer.hpp"
#include "evenfold/journal/heads/head_signing.hpp"
#include "evenfold/kernel/fresh_id.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/exchange/exports.hpp"
#include "evenfold/tests/journal/heads/signed_notes.hpp"
#include "evenfold/tests/journal/signed/signed_file.hpp"

// `assert` in an example is a check of these tests.
#undef assert
#define assert(...) CHECK(static_cast<bool>(__VA_ARGS__))

namespace evenfold {
namespace {

std::string sign_head_of(journal::Journal& opened, const journal::heads::SigningKey& key) {
#include "evenfold/header_examples/journal/heads/head_signing.hpp"
    return {};
}

std::string sign_while_open(journal::Journal& opened, journal::heads::SigningKey key) {
#include "evenfold/header_examples/journal/heads/head_signer.hpp"
    return {};
}

std::string import_export(const std::filesystem::path& folder, journal::Journal& opened) {
    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::current_path(folder);
    const std::string result = [&]() -> std::string {
#include "evenfold/header_examples/journal/exchange/row_import.hpp"
        return {};
    }();
    std::filesystem::current_path(before);
    return result;
}

std::string import_log(journal::chain::ChainSink& sink, const journal::chain::JournalKey& key,
                       const journal::chain::JournalKey& next) {
#include "evenfold/header_examples/journal/exchange/compat_log.hpp"
    CHECK(imported);
    return {};
}

void check_evidence(const journal::chain::StreamEventRow& row, const journal::heads::EventProof& proof,
                    const journal::heads::EventProof& other_proof) {
#include "evenfold/header_examples/journal/exchange/event_evidence.hpp"
}

} // namespace

TEST_CASE("Header examples: heads are signed.") {
    const journal::ScratchFolder folder;
    auto options = tests::chain::signed_with(1);
    options.origin = "journal/test";
    const auto opened = tests::chain::opened(folder / "journal.db", options);
    tests::chain::append(*opened, {journal::contract::batch(1, {"a"})});
    CHECK(sign_head_of(*opened, tests::heads::signing_key(1)).empty());
    tests::chain::append(*opened, {journal::contract::batch(2, {"a"})});
    CHECK(sign_while_open(*opened, tests::heads::signing_key(1)).empty());
    CHECK(opened->signatures()->newest_head().value()->size == 2);
}

TEST_CASE("Header examples: an export is imported.") {
    const journal::ScratchFolder folder;
    const auto history = tests::chain::short_history(2);
    const tests::exchange::ExportFile file(tests::exchange::text_of(history.stored));
    const auto opened = tests::chain::opened(folder / "copy.db", {.domain = "plans", .origin = history.stored.origin});
    CHECK(import_export(file.path().parent_path(), *opened).empty());
    const auto copy = tests::chain::opened(folder / "copy.db", {.domain = "plans"}, journal::Access::add_heads);
    const auto sink = copy->signatures()->open_sink({});
    REQUIRE(sink);
    CHECK(import_log(**sink, tests::chain::key_of(1), tests::chain::key_of(2)).find("plans.ndjson") == 0);
    auto covered = tests::chain::covered_by(history.stored.events[0], history.stored.receipts[0]);
    covered.key_id = history.stored.keys.front().id;
    std::string entry;
    append_entry(entry, covered);
    check_evidence({.event = history.stored.events[0], .receipt = history.stored.receipts[0], .newest_empty = {}},
                   {.entry = entry, .index = 0, .hashes = {}, .head = {}}, {});
}

} // namespace evenfold
