// Parts of journals that store the tiles of their tree: in files and in memory.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "evenfold/journal/exchange/part_writer.hpp"
#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/exchange/exports.hpp"
#include "evenfold/tests/journal/signed/signed_file.hpp"

namespace evenfold::tests::exchange {
namespace {

using journal::Journal;
using journal::contract::batch;

std::expected<void, system::Failure> equal_salts_of_parts(std::span<char> salts) {
    std::ranges::fill(salts, 's');
    return {};
}

/// Appends 700 events of two streams, and a head behind the first 650.
void grow_with_head(Journal& journal, const std::string& origin) {
    for (std::uint64_t id = 1; id <= 700; ++id) {
        chain::append(journal, {batch(id, {id % 5 == 0 ? "a" : "b"})});
        if (id != 650) continue;
        const auto tree = journal.signatures()->open_tree();
        REQUIRE(tree);
        const auto frontier = journal::chain::tree_frontier(**tree, id);
        REQUIRE(frontier);
        const journal::chain::TreeHead head{.size = id, .root = frontier->root()};
        std::string hashes;
        for (const journal::chain::Hash& hash : frontier->hashes()) hashes += journal::chain::bytes_of(hash);
        REQUIRE(journal.signatures()->add_head({.size = id,
                                                .root = std::string(journal::chain::bytes_of(head.root)),
                                                .frontier = hashes,
                                                .note = chain::head_note(origin, head)},
                                               {}));
    }
}

std::string part_of(Journal& journal, const journal::chain::JournalPart& part) {
    const auto source = journal.signatures()->open_chain();
    REQUIRE(source);
    const auto tree = journal.signatures()->open_tree();
    REQUIRE(tree);
    std::string text;
    const auto written =
        write_part(**source, **tree, part, [&](std::string_view bytes) -> std::expected<void, system::Failure> {
            text += bytes;
            return {};
        });
    REQUIRE_MESSAGE(written, written.error().what);
    return text;
}

} // namespace

TEST_CASE("Part of a stored journal: a file and memory give the same bytes, from their tiles.") {
    const journal::ScratchFolder folder(journal::memory_storage());
    journal::SqliteOptions in_file = chain::signed_with(1);
    in_file.origin = "journal/test";
    in_file.signing->salts = &equal_salts_of_parts;
    const auto file = chain::opened(folder / "journal.db", in_file);
    journal::MemoryOptions in_memory{.domain = "plans", .origin = in_file.origin, .signing = in_file.signing};
    journal::MemoryJournal memory(in_memory);
    for (Journal* one : {file.get(), static_cast<Journal*>(&memory)}) grow_with_head(*one, in_file.origin);
    for (const journal::chain::JournalPart& part : std::vector<journal::chain::JournalPart>{
             {.stream = "a", .first = 1, .last = 1'000},
             {.stream = "b", .first = 300, .last = 600},
             {.stream = std::nullopt, .first = 250, .last = 520},
         }) {
        const std::string text = part_of(*file, part);
        CHECK(text == part_of(memory, part));
        const auto report = verified(text, chain::trust_of(1));
        REQUIRE_MESSAGE(report, report.error().what);
        CHECK_MESSAGE(report->ok(), report->broken->detail);
        CHECK(report->part->head->size == 650);
        CHECK(report->part->part.last == std::min<Sequence>(part.last, 650));
        if (!part.stream) CHECK(report->events == 271);
        if (part.stream == "a") CHECK(report->events == 130);
    }
}

} // namespace evenfold::tests::exchange
