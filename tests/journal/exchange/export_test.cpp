#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "evenfold/core/values/hex.hpp"
#include "evenfold/tests/journal/exchange/exports.hpp"
#include "evenfold/tests/support/process/memory.hpp"

namespace evenfold::tests::exchange {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size(); at += lines.back().size() + 1)
        lines.push_back(text.substr(at, text.find('\n', at) - at));
    return lines;
}

/// Reads the text and writes it again.
std::string written_again(const std::string& text) {
    const ExportFile file(text);
    ExportReader reader(file.path());
    std::string again = text_of(reader);
    CHECK(reader.finish());
    return again;
}

} // namespace

TEST_CASE("Export: each row is one line, as docs/export.md has it.") {
    StoredJournal stored;
    stored.origin = "journal/example";
    stored.keys.push_back({1, "bb0f877a81fb14b9", "v2", 2, "root", {}, "mac"});
    stored.removals.push_back({1, "a note\n"});
    chain::EventRow row;
    row.sequence = 1;
    row.stream = "plan-\"7\"\n\x01";
    row.version = 1;
    row.actor = "user";
    row.type = "\xff";
    row.data = R"({"é":1})";
    stored.events.push_back(row);
    stored.receipts.push_back({.command = {}, .fingerprint = "\x01\xab", .first = 1, .count = 1});
    stored.receipts.push_back({.command = {}, .fingerprint = "", .first = 2, .count = 0});
    row.sequence = 2;
    row.cause = 1;
    row.at = Instant{-5};
    row.data = std::string("\0\x80", 2);
    row.salt = "s";
    row.payload_hash = "h";
    row.previous = "p";
    row.mac = "m";
    row.key = 1;
    row.removed = 1;
    stored.events.push_back(row);
    stored.links.push_back(
        {1, {}, "mac", 1, chain::ReceiptRow{.command = {}, .fingerprint = "f", .first = 2, .count = 0}});
    stored.links.push_back({2, {}, "mac", 1, std::nullopt});
    stored.heads.push_back({.size = 2, .root = "r", .frontier = "ff", .note = "n"});
    const std::string nil = "00000000-0000-0000-0000-000000000000";
    const std::vector<std::string> lines = lines_of(text_of(stored));
    REQUIRE(lines.size() == 10);
    CHECK(lines[0] == R"({"header":"evenfold-export/1","origin":"journal/example","domain":"plans","first":1,"last":2,)"
                      R"("keys":1,"removals":1,"line_bytes_max":67108864})");
    CHECK(lines[1] == R"({"key":1,"id":"bb0f877a81fb14b9","scheme":"v2","first":2,"root":"726f6f74","by_old":"",)"
                      R"("by_new":"6d6163"})");
    CHECK(lines[2] == R"({"removal":1,"note":"a note\n"})");
    CHECK(lines[3] == R"({"event":1,"stream":"plan-\"7\"\n\u0001","version":1,"command":")" + nil +
                          R"(","index_in_batch":0,"count":1,"fingerprint":"01ab","actor":"user","correlation":")" +
                          nil + R"(","at_ms":0,"stored_at_ms":0,"type_hex":"ff","type_version":1,"data":"{\"é\":1}"})");
    CHECK(lines[4] == R"({"empty_receipt":1,"command":")" + nil +
                          R"(","mac":"6d6163","key":1,"first":2,"count":0,"fingerprint":"66"})");
    CHECK(lines[5] == R"({"empty_receipt":2,"command":")" + nil + R"(","mac":"6d6163","key":1})");
    CHECK(lines[6] == R"({"receipt":")" + nil + R"(","first":2,"count":0,"fingerprint":""})");
    CHECK(lines[7].ends_with(R"("index_in_batch":0,"actor":"user","cause":1,"correlation":")" + nil +
                             R"(","at_ms":-5,"stored_at_ms":0,"type_hex":"ff","type_version":1,"data_hex":"0080",)" +
                             R"("salt":"73","payload_hash":"68","prev":"70","mac":"6d","key":1,"removed":1})"));
    CHECK(lines[8] == R"({"head":2,"root":"72","frontier":"6666","note":"n"})");
    CHECK(lines[9].starts_with(R"({"end":9,"sha256":")"));
    CHECK(written_again(text_of(stored)) == text_of(stored));
}

TEST_CASE("Export: an export that is read is written with the same bytes (SL11).") {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        const std::string text = text_of(eventful_history(seed).stored);
        CHECK(written_again(text) == text);
    }
    CHECK(written_again(text_of(StoredJournal{})) == text_of(StoredJournal{}));
}

TEST_CASE("Export: a verification of the export gives the report of the journal (SL1, SL4).") {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        const HistoryWriter history = eventful_history(seed);
        const ChainTrust trust = chain::trust_of(20);
        const auto report = verified(text_of(history.stored), trust);
        REQUIRE(report);
        CHECK(report->ok());
        CHECK(to_json(*report) == to_json(chain::report_of(history.stored, trust)));
    }
}

TEST_CASE("Export: events of more streams than a verification keeps are found by an index.") {
    HistoryWriter history = chain::short_history(0);
    for (const std::string first : {"a", "b", "a"}) {
        std::vector<std::string> streams;
        for (int i = 0; i < 40'000; ++i) streams.push_back(first + std::to_string(i));
        history.append_to(streams);
    }
    const std::string text = text_of(history.stored);
    const auto report = verified(text, chain::trust_of(1));
    REQUIRE(report);
    CHECK(report->ok());
    CHECK(report->events == 120'000);
    ExportReaderOptions small;
    small.index_bytes_max = 1'000;
    CHECK(error_of(text, small) == "F: the index of the events needs more than 1000 bytes");
}

TEST_CASE("Export: a long journal needs no more memory than a short one.") {
    if (!measures_memory) return;
    for (const std::size_t commands : {std::size_t{500}, std::size_t{10'000}}) {
        const ExportFile file(text_of(chain::signed_history(1, commands, false).stored));
        ExportReader reader(file.path());
        const std::size_t before = heap_in_use();
        std::size_t most = 0;
        const ExportSink sink = [&](std::string_view) -> std::expected<void, system::Failure> {
            most = std::max(most, heap_in_use() - before);
            return {};
        };
        CHECK(write_export(reader, sink)->events > commands);
        CHECK(most < 1'000'000);
    }
}

TEST_CASE("Export: the sink's failure and a line that is too long end the export.") {
    chain::MemoryChainSource source(chain::short_history(3).stored);
    const ExportSink full = [](std::string_view) -> std::expected<void, system::Failure> {
        return std::unexpected(system::Failure{.kind = system::FailureKind::full, .what = "full", .remedy = {}});
    };
    CHECK(write_export(source, full).error().what == "full");

    StoredJournal stored = chain::short_history(3).stored;
    stored.events[1].data.assign(5'000, 'x');
    std::string text;
    const ExportSink sink = [&](std::string_view bytes) -> std::expected<void, system::Failure> {
        text += bytes;
        return {};
    };
    chain::MemoryChainSource large(stored);
    const auto written = write_export(large, sink, {.line_bytes_max = 1'000, .sign_end = {}});
    REQUIRE_FALSE(written);
    CHECK(written.error().kind == system::FailureKind::too_large);
    CHECK(written.error().what.starts_with("line 4 of the export would have "));

    stored.events[1].unreadable = "the version is a text";
    chain::MemoryChainSource unreadable(stored);
    CHECK(write_export(unreadable, sink).error().what ==
          "the event after 1 others cannot be read: the version is a text");
}

TEST_CASE("Export: a failure of the source ends the export at any read.") {
    const StoredJournal stored = chain::signed_history(3).stored;
    std::size_t failures = 0;
    for (std::size_t reads = 0;; ++reads, ++failures) {
        chain::MemoryChainSource source(stored);
        source.fails_after = reads;
        const ExportSink sink = [](std::string_view) -> std::expected<void, system::Failure> { return {}; };
        if (write_export(source, sink)) break;
    }
    CHECK(failures > stored.events.size());
}

} // namespace evenfold::tests::exchange
