#include "evenfold/providers/provider.hpp"

#include <array>
#include <cstddef>

#include "evenfold/providers/anthropic_sse.hpp"
#include "evenfold/providers/claude_stream_json.hpp"

namespace evenfold::providers {

namespace {

struct Row {
    Format format;
    std::string_view name;
    std::unique_ptr<Stream> (*open)();
};

/// Another format is a fold in a file of its own, a row here, and a way to recognise it in detect.cpp.
constexpr auto rows = std::to_array<Row>({
    {Format::claude_stream_json, "claude-stream-json", open_claude_stream_json},
    {Format::anthropic_sse, "anthropic-sse", open_anthropic_sse},
});

constexpr bool in_order_of_format() {
    for (std::size_t at = 0; at < rows.size(); ++at) {
        if (static_cast<std::size_t>(rows[at].format) != at) return false;
    }
    return true;
}
static_assert(in_order_of_format());

const Row& row_of(Format format) {
    return rows.at(static_cast<std::size_t>(format));
}

} // namespace

std::string_view name_of(Format format) {
    return row_of(format).name;
}

std::optional<Format> format_named(std::string_view name) {
    for (const Row& row : rows) {
        if (row.name == name) return row.format;
    }
    return std::nullopt;
}

std::vector<std::string_view> format_names() {
    std::vector<std::string_view> names;
    for (const Row& row : rows) names.push_back(row.name);
    return names;
}

std::unique_ptr<Stream> open_stream(Format format) {
    return row_of(format).open();
}

} // namespace evenfold::providers
