#include "evenfold/providers/formats.hpp"

#include <algorithm>
#include <array>

#include "evenfold/providers/anthropic/recognise.hpp"
#include "evenfold/providers/anthropic/sse.hpp"
#include "evenfold/providers/claude/recognise.hpp"
#include "evenfold/providers/claude/stream_json.hpp"
#include "evenfold/providers/claude/transcript.hpp"

namespace evenfold::providers {

namespace {

constexpr auto table = std::to_array<Format>({
    {"claude-stream-json", recognise_claude_stream_json, open_claude_stream_json},
    {"claude-transcript", recognise_claude_transcript, open_claude_transcript},
    {"anthropic-sse", recognise_anthropic_sse, open_anthropic_sse},
});

} // namespace

std::span<const Format> formats() {
    return table;
}

std::optional<Format> format_named(std::string_view name) {
    const auto* const found = std::ranges::find(table, name, &Format::name);
    return found == table.end() ? std::nullopt : std::optional(*found);
}

std::vector<std::string_view> format_names() {
    std::vector<std::string_view> names;
    for (const Format& format : table) names.push_back(format.name);
    return names;
}

} // namespace evenfold::providers
