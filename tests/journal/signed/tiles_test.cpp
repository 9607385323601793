// The stored tiles of the tree are compared with the events when a journal is verified.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "evenfold/journal/chain/tree/tiles.hpp"
#include "evenfold/journal/chain/verifying/tiles.hpp"
#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/journal/signed/signed_file.hpp"
#include "evenfold/tests/journal/signed/sqlite_rows.hpp"
#include "evenfold/tests/support/build_paths.hpp"

namespace evenfold::tests::chain {
namespace {

using journal::ScratchFolder;
using journal::contract::batch;

/// A source that has tiles and nothing else.
class TileSource final : public ChainSource {
public:
    std::expected<ChainStart, system::Failure> start() override { return ChainStart{}; }
    std::expected<bool, system::Failure> next_event(EventRow& /*row*/) override { return false; }
    std::expected<bool, system::Failure> next_receipt(ReceiptRow& /*row*/) override { return false; }
    std::expected<bool, system::Failure> next_empty_receipt(EmptyReceiptRow& /*row*/) override { return false; }
    std::expected<bool, system::Failure> next_head(HeadRow& /*row*/) override { return false; }
    std::expected<std::optional<LinkPosition>, system::Failure> find(std::string_view, StreamVersion) override {
        return std::nullopt;
    }
    [[nodiscard]] bool stores_tiles() const override { return true; }
    std::expected<std::optional<std::string>, system::Failure> tile(unsigned level, std::uint64_t number) override {
        const auto found = tiles.find({level, number});
        return found == tiles.end() ? std::nullopt : std::optional(found->second);
    }

    std::map<std::pair<unsigned, std::uint64_t>, std::string> tiles;
};

Hash leaf_of(std::uint64_t number) {
    return leaf_hash(std::to_string(number));
}

/// Passes the leaves from `first` on. Returns the place at which a tile is wrong; 0 if none is.
Sequence wrong_tile(TileSource& source, std::uint64_t first, std::uint64_t size) {
    TreeFrontier tree;
    for (Sequence due = 1; due < first; ++due) tree.append(leaf_of(due));
    TileChecks checks(source);
    for (Sequence due = first; due <= size; ++due) {
        const Checked checked = checks.add_leaf(due, leaf_of(due), tree);
        if (!checked) return std::get<ChainBreak>(checked.error()).broken_at;
        tree.append(leaf_of(due));
    }
    return 0;
}

/// Creates a signed journal with `count` events, and returns its file.
std::filesystem::path file_with(const ScratchFolder& folder, std::uint64_t count) {
    const auto file = folder / "journal.db";
    const auto journal = opened(file, signed_with(1));
    std::vector<journal::Batch> group;
    for (std::uint64_t id = 1; id <= count; ++id) group.push_back(batch(id, {"a"}));
    append(*journal, group);
    return file;
}

void check_wrong_tile(const std::filesystem::path& file, Sequence place) {
    const ChainReport report = report_of_file(file, trust_of(1));
    REQUIRE(report.broken);
    CHECK(report.broken->reason == BreakReason::format);
    CHECK(report.broken->broken_at == place);
    CHECK(report.broken->detail.find("of the tree") != std::string::npos);
    CHECK(report.events == place);
}

/// Returns whether the second verifier finds the wrong tile at this place.
bool is_found_by_other(const ScratchFolder& folder, const std::filesystem::path& file, Sequence place) {
    const std::string command = "EVENFOLD_HMAC_SECRET='" + secret_of(1) + "' python3 -B '" + source_tree() +
                                "/docs/verify.py' --json '" + file.string() +
                                "' | grep -q '\"broken_at\": " + std::to_string(place) +
                                R"(, "reason": "format"' 2> ')" + (folder / "errors").string() + "'";
    return std::system(command.c_str()) == 0; // NOLINT(cert-env33-c,concurrency-mt-unsafe): words of this test
}

} // namespace

TEST_CASE("Tiles: those of every level are compared, from the first leaf or from any later one.") {
    constexpr std::uint64_t size = 66'000;
    TileSource source;
    GrowingTree tree;
    for (Sequence due = 1; due <= size; ++due) tree.append(leaf_of(due));
    for (const TreeTile& tile : tree.take_full()) source.tiles[{tile.level, tile.number}] = tile.hashes;
    REQUIRE(source.tiles.size() == 258);
    for (const std::uint64_t first : {1U, 2U, 255U, 256U, 257U, 65'000U}) CHECK(wrong_tile(source, first, size) == 0);
    const auto changed = [&](unsigned level, std::uint64_t number) {
        TileSource other;
        other.tiles = source.tiles;
        other.tiles[{level, number}][5] ^= 1;
        return wrong_tile(other, 1, size);
    };
    CHECK(changed(0, 0) == 256);
    CHECK(changed(0, 1) == 512);
    CHECK(changed(0, 256) == 65'792);
    CHECK(changed(1, 0) == 65'536);
    TileSource missing;
    missing.tiles = source.tiles;
    missing.tiles.erase({1, 0});
    CHECK(wrong_tile(missing, 1, size) == 65'536);
    CHECK(wrong_tile(missing, 65'000, size) == 65'536);
}

TEST_CASE("Tiles: a changed, missing or exchanged one of a file is found by both verifiers (SL2).") {
    const bool has_python =
        std::system("python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' > /dev/null 2>&1") == // NOLINT
        0;
    if (!has_python) std::puts("skipped: python3, version 3.11 or later, is not installed");
    const std::vector<std::pair<std::string, Sequence>> edits{
        {"UPDATE tiles SET hashes = zeroblob(8192) WHERE number = 1", 512},
        {"UPDATE tiles SET hashes = substr(hashes, 1, 8191) WHERE number = 0", 256},
        {"DELETE FROM tiles WHERE number = 1", 512},
        {"UPDATE tiles SET number = 7 WHERE number = 0", 256},
        {"UPDATE tiles SET level = 3 WHERE number = 0", 256},
    };
    for (const auto& [sql, place] : edits) {
        CAPTURE(sql);
        const ScratchFolder folder;
        const auto file = file_with(folder, 600);
        CHECK(report_of_file(file, trust_of(1)).ok());
        (void)run_sql(file, "DROP TRIGGER tiles_refuse_UPDATE; DROP TRIGGER tiles_refuse_DELETE;");
        REQUIRE(run_sql(file, sql));
        check_wrong_tile(file, place);
        if (has_python) CHECK(is_found_by_other(folder, file, place));
    }
}

TEST_CASE("Tiles: journals in memory have theirs, also those that were signed later.") {
    journal::MemoryJournal journal({.domain = "plans"});
    for (std::uint64_t id = 1; id <= 300; ++id) append(journal, {batch(id, {"a"})});
    REQUIRE(journal.signatures()->start_signing(key_of(1), {}));
    for (std::uint64_t id = 301; id <= 800; ++id) append(journal, {batch(id, {"b"})});
    const auto source = journal.signatures()->open_chain();
    REQUIRE(source);
    CHECK((*source)->stores_tiles());
    CHECK((*source)->tile(0, 2).value().has_value());
    const auto report = verify(**source, trust_of(1));
    REQUIRE(report);
    CHECK(report->ok());
}

} // namespace evenfold::tests::chain
