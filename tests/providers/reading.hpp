/// Reads a whole stream with chosen chunk sizes, and sorts its items by type.
/// For the tests of the provider parsers.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/providers/formats.hpp"
#include "evenfold/providers/provider.hpp"

namespace evenfold::providers::tests {

inline const Format claude_stream_json = format_named("claude-stream-json").value();
inline const Format claude_transcript = format_named("claude-transcript").value();
inline const Format anthropic_sse = format_named("anthropic-sse").value();

/// A function that returns the size of the next chunk.
using NextSize = std::function<std::size_t()>;

/// The end of a turn: regular, by interruption, or by a fatal error.
struct Ending {
    std::string kind; // "completed", "interrupted", or "error"
    std::string word; // the stop reason, or the error's code
    friend bool operator==(const Ending&, const Ending&) = default;
};

struct Reading {
    std::vector<Item> items;
    SkipCounts skipped;

    [[nodiscard]] std::string text() const;     // of the main thread
    [[nodiscard]] std::string thinking() const; // of the main thread
    [[nodiscard]] std::string subagent_text() const;
    [[nodiscard]] std::vector<Ending> endings() const;

    template <class Kind>
    [[nodiscard]] std::vector<Kind> all() const {
        std::vector<Kind> found;
        for (const Item& item : items) {
            if (const auto* direct = std::get_if<orchestration::ProviderEvent>(&item)) {
                if (const auto* event = std::get_if<Kind>(direct)) found.push_back(*event);
            }
        }
        return found;
    }
};

/// Reads `bytes` as `format`, in chunks of the sizes that `next` returns. Without `next`, reads them as one chunk.
[[nodiscard]] Reading read(const Format& format, std::string_view bytes, const NextSize& next = {});

/// Reads `bytes` as claude-stream-json, as one chunk.
[[nodiscard]] Reading read_claude(const std::string& bytes);

/// Reads `bytes` as claude-transcript, as one chunk.
[[nodiscard]] Reading read_transcript(const std::string& bytes);

/// Returns one line for people.
[[nodiscard]] std::string describe(const Item& item);
[[nodiscard]] std::string describe(const std::vector<Item>& items);

} // namespace evenfold::providers::tests
