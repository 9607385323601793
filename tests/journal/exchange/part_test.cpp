#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "evenfold/journal/exchange/part_writer.hpp"
#include "evenfold/tests/journal/chain/memory_tree.hpp"
#include "evenfold/tests/journal/exchange/exports.hpp"

// Exports of a part of a journal, whose events prove themselves by a signed head.

namespace evenfold::tests::exchange {
namespace {

using chain::remark_of;
using journal::chain::JournalPart;
using journal::chain::RemarkKind;

constexpr Sequence no_end = ~Sequence{0};

std::set<std::string> streams_of(const HistoryWriter& history) {
    std::set<std::string> streams;
    for (const auto& row : history.stored.events) streams.insert(row.stream);
    return streams;
}

ChainReport report_of_part(const HistoryWriter& history, const JournalPart& part, const ChainTrust& trust) {
    const auto report = verified(part_text(history.stored, history.leaves, part), trust);
    REQUIRE_MESSAGE(report, report.error().what);
    CHECK_MESSAGE(report->ok(), report->broken->detail);
    return *report;
}

std::uint64_t count_in(const HistoryWriter& history, const JournalPart& part) {
    return static_cast<std::uint64_t>(std::ranges::count_if(history.stored.events, [&](const auto& row) {
        return row.sequence >= part.first && row.sequence <= part.last && (!part.stream || row.stream == *part.stream);
    }));
}

std::expected<void, system::Failure> take_nothing(std::string_view) {
    return {};
}

/// Returns the failure of an export that cannot be written.
std::string refusal_of(const StoredJournal& stored, const JournalPart& part) {
    chain::MemoryChainSource source(stored);
    chain::MemoryTree tree({});
    const auto written = write_part(source, tree, part, &take_nothing);
    REQUIRE_FALSE(written);
    CHECK(written.error().kind == system::FailureKind::not_found);
    return written.error().what;
}

} // namespace

TEST_CASE("Part of a journal: each stream proves itself, under both schemes and with removed payloads.") {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        CAPTURE(seed);
        HistoryWriter history = eventful_history(seed);
        const std::uint64_t size = history.stored.heads.back().size;
        history.append(2); // behind the head
        for (const std::string& stream : streams_of(history)) {
            const JournalPart part{.stream = stream, .first = 1, .last = no_end};
            const JournalPart shown{.stream = stream, .first = 1, .last = size};
            if (count_in(history, shown) == 0) continue;
            const ChainReport report = report_of_part(history, part, chain::trust_of(20));
            CHECK(report.events == count_in(history, shown));
            REQUIRE(report.part);
            CHECK(report.part->part.stream == stream);
            CHECK(report.part->part.last == size);
            CHECK(report.part->head->size == size);
            CHECK(remark_of(report, RemarkKind::stream_end));
            ChainTrust public_trust = chain::trust_of(0);
            public_trust.public_only = true;
            CHECK(report_of_part(history, part, public_trust).events == report.events);
        }
    }
}

TEST_CASE("Part of a journal: a range of one stream or of all proves itself.") {
    HistoryWriter history = eventful_history(3);
    for (Sequence first = 1; first <= history.head(); first += 3) {
        for (Sequence last = first; last <= history.head(); last += 5) {
            CAPTURE(first);
            CAPTURE(last);
            const JournalPart all{.stream = std::nullopt, .first = first, .last = last};
            const ChainReport report = report_of_part(history, all, chain::trust_of(20));
            CHECK(report.events == last - first + 1);
            CHECK_FALSE(remark_of(report, RemarkKind::stream_end));
            const JournalPart one{.stream = history.stored.events[first - 1].stream, .first = first, .last = last};
            CHECK(report_of_part(history, one, chain::trust_of(20)).events == count_in(history, one));
        }
    }
}

TEST_CASE("Part of a journal: the report in JSON names the part and the head that proves it.") {
    HistoryWriter history = chain::short_history(3);
    history.sign_head();
    const std::string stream = history.stored.events[0].stream;
    const std::string json =
        to_json(report_of_part(history, {.stream = stream, .first = 1, .last = 2}, chain::trust_of(1)));
    CHECK(json.find(R"("scope": "part", "of": ")" + stream +
                    R"(", "first": 1, "last": 2, "proven_by": {"size": 3, )") != std::string::npos);
    CHECK(json.find(R"("root": null)") != std::string::npos);
    const std::string text = part_text(history.stored, history.leaves, {.stream = {}, .first = 2, .last = 3});
    ChainTrust without_signer = chain::trust_of(1);
    without_signer.read_head = {};
    const auto unproven = verified(text, without_signer);
    REQUIRE(unproven);
    CHECK(unproven->broken->reason == journal::chain::BreakReason::head_invalid);
    CHECK(to_json(*unproven).find(R"("of": null, "first": 2, "last": 3, "proven_by": null)") != std::string::npos);
}

TEST_CASE("Part of a journal: an anchored head of the same size is compared.") {
    HistoryWriter history = chain::short_history(5);
    history.sign_head();
    const JournalPart part{.stream = std::nullopt, .first = 2, .last = 4};
    ChainTrust trust = chain::trust_of(1);
    const auto anchor = [&](std::uint64_t size, std::uint64_t root_size) {
        trust.heads = {{"a", chain::head_note(history.stored.origin, {size, history.root_of(root_size)}), {}}};
    };
    anchor(5, 5);
    CHECK(report_of_part(history, part, trust).anchored->size == 5);
    anchor(3, 3);
    CHECK(remark_of(report_of_part(history, part, trust), RemarkKind::not_anchored)->count == 3);
    anchor(5, 4);
    const auto forked = verified(part_text(history.stored, history.leaves, part), trust);
    REQUIRE(forked);
    CHECK(forked->broken->reason == journal::chain::BreakReason::fork);
}

TEST_CASE("Part of a journal: without a signed head that has the events, nothing is written.") {
    HistoryWriter history = chain::short_history(3);
    const JournalPart part{.stream = history.stored.events[0].stream, .first = 1, .last = no_end};
    CHECK(refusal_of(history.stored, part) ==
          "no signed head has events of the stream '" + *part.stream + "' from 1 on");
    history.sign_head();
    history.append(1);
    CHECK(refusal_of(history.stored, {.stream = {}, .first = 4, .last = no_end}) ==
          "no signed head has events from 4 on; the newest has those up to 3");
}

TEST_CASE("Part of a journal: it is no export of a whole journal, and a whole export is no part.") {
    HistoryWriter history = chain::short_history(3);
    history.sign_head();
    const std::string stream = history.stored.events[0].stream;
    const std::string part = part_text(history.stored, history.leaves, {.stream = stream, .first = 1, .last = no_end});
    CHECK(error_of(part) ==
          "F: it has only a part of a journal: of the events 1 to 3, those of the stream '" + stream + "'");
    chain::MemoryChainSource whole(history.stored);
    const auto refused = journal::chain::verify_part(whole, chain::trust_of(1), {.stream = {}, .first = 1, .last = 3});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == system::FailureKind::unsupported);
    const ExportFile file(text_of(history.stored));
    ExportReaderOptions options;
    options.accepts_parts = true;
    ExportReader reader(file.path(), options);
    REQUIRE(reader.start());
    CHECK_FALSE(reader.part());
}

TEST_CASE("Part of a journal: a proof reads few hashes of the tree.") {
    HistoryWriter history = chain::short_history(1'000);
    history.sign_head();
    chain::MemoryChainSource source(history.stored);
    chain::MemoryTree tree(history.leaves);
    const auto written = write_part(source, tree, {.stream = {}, .first = 1, .last = no_end}, &take_nothing);
    REQUIRE(written);
    CHECK(written->events == 1'000);
    CHECK(tree.reads < std::size_t{1'000} * 20);
}

} // namespace evenfold::tests::exchange
