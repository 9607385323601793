#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "evenfold/tests/providers/reading.hpp"

// Compares recordings with the results of an independent program. EVENFOLD_CORPUS names the folder, which contains
// <format>/<file> and expected/<format>/<file>.json.

using namespace evenfold::providers;
using namespace evenfold::providers::tests;
using namespace evenfold::orchestration::provider;
using nlohmann::json;

namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

struct Recording {
    Format format{};
    std::string name;
    std::string bytes;
    json expected;
};

std::vector<Recording> recordings() {
    std::vector<Recording> found;
    const char* folder = std::getenv("EVENFOLD_CORPUS");
    if (!folder) {
        MESSAGE("skipped: EVENFOLD_CORPUS names no folder of recordings");
        return found;
    }
    for (const Format& format : formats()) {
        const std::string name(format.name);
        for (const auto& entry : fs::directory_iterator(fs::path(folder) / name)) {
            const std::string file = entry.path().filename().string();
            const fs::path expected = fs::path(folder) / "expected" / name / (file + ".json");
            found.push_back({format, name + "/" + file, content_of(entry.path()), json::parse(content_of(expected))});
        }
    }
    REQUIRE_MESSAGE(!found.empty(), "no recordings in ", folder);
    std::ranges::sort(found, {}, &Recording::name);
    return found;
}

std::string word(const json& value) {
    return value.is_string() ? value.get<std::string>() : std::string();
}

/// Checks the calls. The expected results of transcripts list those of the main thread only.
void check_calls(const Reading& reading, const json& expected, bool with_subagents) {
    auto calls = reading.all<ToolCall>();
    if (!with_subagents) std::erase_if(calls, [](const ToolCall& call) { return call.parent.has_value(); });
    REQUIRE(calls.size() == expected.size());
    for (std::size_t at = 0; at < calls.size(); ++at) {
        const json& call = expected[at];
        CHECK(calls[at].call_id == word(call["id"]));
        CHECK(calls[at].name == word(call["name"]));
        CHECK(calls[at].parent.has_value() == call.value("subagent", false));
        CHECK(calls[at].run_by_provider == !(call.value("kind", "tool_use") == "tool_use"));
        if (call.value("complete", true)) {
            CHECK(json::parse(calls[at].input.view()) == call["arguments"]);
        } else {
            CHECK(calls[at].input == word(call["arguments_raw"]));
        }
    }
}

void check_results(const Reading& reading, const json& expected) {
    const auto results = reading.all<ToolResult>();
    REQUIRE(results.size() == expected.size());
    for (std::size_t at = 0; at < results.size(); ++at) {
        const json& result = expected[at];
        CHECK(results[at].call_id == word(result["id"]));
        CHECK(results[at].is_error == result["is_error"].get<bool>());
        const std::string text = word(result["text"]);
        const json as_json = json::parse(text, nullptr, false);
        const bool is_by_provider = result.contains("kind");
        // A value without text is its JSON text here, and empty in the expected results.
        if (is_by_provider && text.empty()) {
            CHECK(json::accept(results[at].output.view()));
        } else if (is_by_provider && as_json.is_structured()) {
            CHECK(json::parse(results[at].output.view(), nullptr, false) == as_json);
        } else {
            CHECK(results[at].output == text);
        }
    }
}

void check_approvals(const Reading& reading, const json& expected) {
    const auto asked = reading.all<AwaitingApproval>();
    REQUIRE(asked.size() == expected.size());
    for (std::size_t at = 0; at < asked.size(); ++at) {
        CHECK(asked[at].request_id == word(expected[at]["id"]));
        CHECK(asked[at].call_id.value_or("") == word(expected[at]["tool_call_id"]));
    }
}

/// Returns the number of turns: those that are expected, or the result lines and truncated turns of claude-stream-json.
std::size_t turns(const Recording& recording) {
    if (recording.format != claude_stream_json) return recording.expected["turns"].get<std::size_t>();
    std::size_t count = 0;
    bool is_open = false;
    std::size_t at = 0;
    while (at < recording.bytes.size()) {
        const std::size_t end = std::min(recording.bytes.find('\n', at), recording.bytes.size());
        const json line = json::parse(recording.bytes.substr(at, end - at), nullptr, false);
        at = end + 1;
        if (!line.is_object()) continue;
        const std::string type = line.value("type", "");
        if (type == "assistant") is_open = true;
        if (type == "result") is_open = false;
        if (type == "result") ++count;
        if (type != "system" || line.value("subtype", "") != "init" || !is_open) continue;
        ++count;
        is_open = false;
    }
    return count + (is_open ? 1 : 0);
}

void check_endings(const Reading& reading, const Recording& recording) {
    const json& expected = recording.expected;
    const auto endings = reading.endings();
    CHECK(endings.size() == turns(recording));
    const auto is_clean = [](const Ending& ending) { return ending.kind == "completed"; };
    if (!expected["error"].is_null()) {
        const auto errors = reading.all<ProviderError>();
        REQUIRE(!errors.empty());
        // The expected code is the subtype of the result; `success` is no code of an error.
        const std::string code = word(expected["error"]["type"]);
        CHECK(errors.front().code == (code == "success" ? "authentication_failed (401)" : code));
        CHECK(errors.front().message == word(expected["error"]["message"]));
    } else if (expected["failed_checks"].empty()) {
        CHECK(std::ranges::all_of(endings, is_clean));
        // The expected results of transcripts have no stop reasons.
        const bool has_reason = recording.format != claude_transcript || !expected["stop_reason"].is_null();
        if (!endings.empty() && has_reason) CHECK(endings.back().word == word(expected["stop_reason"]));
    }
    for (const json& failed : expected["failed_checks"]) {
        if (failed != "all_turns_complete" && failed != "calls_have_results") continue;
        CHECK_FALSE(std::ranges::all_of(endings, is_clean));
    }
}

void check_all(const Reading& reading, const Recording& recording) {
    CHECK(reading.text() == word(recording.expected["text"]));
    CHECK(reading.thinking() == word(recording.expected["thinking"]));
    check_calls(reading, recording.expected["tool_calls"], recording.format != claude_transcript);
    check_results(reading, recording.expected["tool_results"]);
    check_approvals(reading, recording.expected["approvals"]);
    check_endings(reading, recording);
    CHECK(reading.skipped.unreadable_lines == 0);
}

std::string with_crlf(const std::string& bytes) {
    std::string changed;
    for (const char c : bytes) {
        if (c == '\n' && !changed.ends_with('\r')) changed += '\r';
        changed += c;
    }
    return changed;
}

/// Returns the positions at which a truncated stream has no partial input: the ends of lines (JSONL) or events (SSE).
std::vector<std::size_t> boundaries(const Recording& recording) {
    const std::string_view mark = recording.format == anthropic_sse ? "\n\n" : "\n";
    std::vector<std::size_t> ends;
    for (std::size_t at = recording.bytes.find(mark); at != std::string::npos;
         at = recording.bytes.find(mark, at + 1)) {
        if (at + mark.size() < recording.bytes.size()) ends.push_back(at + mark.size());
    }
    return ends;
}

/// Returns whether `item` keeps an event of an unknown type.
bool is_kept_unknown(const Item& item) {
    const auto* event = std::get_if<evenfold::orchestration::ProviderEvent>(&item);
    const auto* notice = event ? std::get_if<Notice>(event) : nullptr;
    return notice && notice->text.view().starts_with("unknown ");
}

} // namespace

TEST_CASE("Corpus: every recording has the expected items") {
    for (const Recording& recording : recordings()) {
        CAPTURE(recording.name);
        const Reading reading = read(recording.format, recording.bytes);
        CAPTURE(describe(reading.items));
        check_all(reading, recording);
    }
}

TEST_CASE("Corpus: the items do not depend on the chunking, and are the same with CRLF") {
    std::mt19937 random(20260101);
    for (const Recording& recording : recordings()) {
        CAPTURE(recording.name);
        const Reading whole = read(recording.format, recording.bytes);
        CHECK(read(recording.format, recording.bytes, [] { return 1; }).items == whole.items);
        for (const std::size_t most : {2U, 3U, 7U, 64U, 1000U}) {
            std::uniform_int_distribution<std::size_t> size(1, most);
            CHECK(read(recording.format, recording.bytes, [&] { return size(random); }).items == whole.items);
        }
        CHECK(read(recording.format, with_crlf(recording.bytes), [] { return 1; }).items == whole.items);
    }
}

TEST_CASE("Corpus: a truncated stream has a prefix of the items, and its last turn is not completed") {
    for (const Recording& recording : recordings()) {
        CAPTURE(recording.name);
        const Reading whole = read(recording.format, recording.bytes);
        for (const std::size_t end : boundaries(recording)) {
            CAPTURE(end);
            const auto stream = recording.format.open();
            std::vector<Item> items = stream->feed(std::string_view(recording.bytes).substr(0, end));
            const bool is_prefix =
                items.size() <= whole.items.size() && std::equal(items.begin(), items.end(), whole.items.begin());
            CHECK(is_prefix);
            const Reading cut{.items = items, .skipped = {}};
            std::vector<Item> last = stream->finish();
            const auto after = Reading{.items = last, .skipped = {}}.endings();
            // Only a transcript has no line that ends a turn.
            const bool is_cut = std::ranges::all_of(after, [](const Ending& e) { return e.kind == "error"; });
            CHECK((is_cut || recording.format == claude_transcript));
            CHECK(whole.text().starts_with(cut.text()));
            CHECK(Reading{.items = last, .skipped = {}}.text().empty());
        }
    }
}

TEST_CASE("Corpus: unknown events between the others do not change the items") {
    for (const Recording& recording : recordings()) {
        CAPTURE(recording.name);
        const bool is_sse = recording.format == anthropic_sse;
        const std::string noise =
            is_sse ? ": a comment\n\nevent: news\ndata: {\"type\":\"news\"}\n\n" : "{\"type\":\"news\"}\n";
        std::string noisy = noise;
        std::size_t from = 0;
        for (const std::size_t end : boundaries(recording)) {
            noisy += recording.bytes.substr(from, end - from) + noise;
            from = end;
        }
        noisy += recording.bytes.substr(from);
        Reading reading = read(recording.format, noisy);
        std::erase_if(reading.items, is_kept_unknown);
        std::vector<Item> expected = read(recording.format, recording.bytes).items;
        std::erase_if(expected, is_kept_unknown);
        CHECK(reading.items == expected);
        CHECK(reading.skipped.unknown_events >= boundaries(recording).size());
    }
}

TEST_CASE("Corpus: recordings of known formats are recognised, and others are not") {
    const char* folder = std::getenv("EVENFOLD_CORPUS");
    if (!folder) {
        MESSAGE("skipped: EVENFOLD_CORPUS names no folder of recordings");
        return;
    }
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const std::string format = entry.path().parent_path().filename().string();
        const bool is_expected = entry.path().parent_path().parent_path().filename() == "expected";
        if (!entry.is_regular_file() || is_expected || entry.path().parent_path() == fs::path(folder)) continue;
        CAPTURE(entry.path().string());
        const std::string bytes = content_of(entry.path());
        constexpr std::size_t beginning_bytes = 1U << 20;
        const bool is_whole = bytes.size() <= beginning_bytes;
        const Detection found = detect(std::string_view(bytes).substr(0, beginning_bytes), is_whole);
        ++count;
        if (const auto known = format_named(format)) {
            CHECK(found == Detection(*known));
        } else {
            CHECK(std::holds_alternative<NoFormat>(found));
        }
    }
    CHECK(count > 0);
}
