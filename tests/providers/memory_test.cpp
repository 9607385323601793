#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "evenfold/tests/providers/reading.hpp"
#include "evenfold/tests/support/process/memory.hpp"

// The memory that a parser needs for a turn does not grow with the turn's text.

using namespace evenfold::providers;
using namespace evenfold::providers::tests;
using evenfold::tests::heap_in_use;
using evenfold::tests::measures_memory;

namespace {

constexpr std::size_t mebibyte = 1U << 20;

std::string event_line(const std::string& json) {
    return R"({"type":"stream_event","session_id":"s","event":)" + json + "}\n";
}

/// Returns by how many bytes the memory grows while a parser reads one turn of `bytes` of text, as deltas of 16 KiB and
/// snapshots of 1 MiB. With `keep`, the caller keeps the items.
std::size_t growth(std::size_t bytes, bool keep) {
    const auto stream = claude_stream_json.open();
    std::vector<Item> kept;
    const std::size_t before = heap_in_use();
    const auto feed = [&](const std::string& line) {
        std::vector<Item> items = stream->feed(line);
        if (keep) std::move(items.begin(), items.end(), std::back_inserter(kept));
    };
    const std::string words(16U << 10, 'x');
    const std::string all(mebibyte, 'x');
    for (std::size_t message = 0; message < bytes / mebibyte; ++message) {
        const std::string id = "m" + std::to_string(message);
        feed(event_line(R"({"type":"message_start","message":{"id":")" + id + "\"}}"));
        feed(event_line(R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})"));
        for (std::size_t delta = 0; delta < mebibyte / words.size(); ++delta)
            feed(event_line(R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":")" + words +
                            "\"}}"));
        feed(R"({"type":"assistant","session_id":"s","message":{"id":")" + id +
             R"(","content":[{"type":"text","text":")" + all + "\"}]}}\n");
        feed(event_line(R"({"type":"message_stop"})"));
    }
    return heap_in_use() - before;
}

/// Returns by how many bytes the memory grows while a parser reads a transcript with this number of rows and bytes of
/// text per row. With `with_prompts`, each tenth row begins a turn.
std::size_t growth_of_transcript(std::size_t rows, std::size_t bytes, bool with_prompts = false) {
    const auto stream = claude_transcript.open();
    const std::size_t before = heap_in_use();
    const std::string words(bytes, 'x');
    for (std::size_t row = 0; row < rows; ++row) {
        const std::string id = std::to_string(1'000'000'000'000 + row);
        if (with_prompts && row % 10 == 0)
            (void)stream->feed(R"({"sessionId":"s","type":"user","message":{"content":"go on"}})"
                               "\n");
        (void)stream->feed(R"({"sessionId":"s","type":"assistant","uuid":"0192d3a0-6c1e-7b5e-8f00-)" + id.substr(1) +
                           R"(","message":{"id":"m)" + id + R"(","content":[{"type":"text","text":")" + words +
                           "\"}]}}\n");
    }
    return heap_in_use() - before;
}

} // namespace

TEST_CASE("ClaudeTranscript: the memory for a turn does not grow with its text, and little with its rows") {
    if (!measures_memory) {
        MESSAGE("skipped: a sanitizer counts memory differently");
        return;
    }
    const std::size_t small = growth_of_transcript(40, 100);
    const std::size_t large = growth_of_transcript(40, mebibyte);
    const std::size_t many = growth_of_transcript(10'000, 100);
    const std::size_t in_turns = growth_of_transcript(100'000, 100, true);
    MESSAGE("40 rows need " << small / 1024 << " KiB, with 1 MiB of text each " << large / 1024
                            << " KiB, and 10000 rows " << many / 1024 << " KiB, and 100000 rows in 10000 turns "
                            << in_turns / 1024 << " KiB");
    CHECK(large < small + 4 * mebibyte); // the buffer of the longest line
    CHECK(many < 20 * mebibyte);
    CHECK(in_turns < 10 * mebibyte); // only the ids of the rows stay
}

TEST_CASE("ClaudeStreamJson: the memory for a turn does not grow with its text") {
    if (!measures_memory) {
        MESSAGE("skipped: a sanitizer counts memory differently");
        return;
    }
    const std::size_t small = growth(4 * mebibyte, false);
    const std::size_t large = growth(40 * mebibyte, false);
    MESSAGE("4 MiB of text need " << small / 1024 << " KiB, 40 MiB need " << large / 1024 << " KiB");
    CHECK(large < small + mebibyte);
    CHECK(growth(40 * mebibyte, true) > 40 * mebibyte); // negative control: the caller keeps the text
}
