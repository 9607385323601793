/// A whole stream read at once, and its items sorted by kind.
/// For tests of the provider folds: bytes in with chosen chunk sizes, all items out.
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
inline const Format anthropic_sse = format_named("anthropic-sse").value();

/// Returns the size of the next piece.
using NextSize = std::function<std::size_t()>;

/// One way in which a turn ended: normally, by interruption, or by a fatal error.
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

/// Reads `bytes` as `format`, in pieces of the sizes that `next` returns, or whole without it.
[[nodiscard]] Reading read(const Format& format, std::string_view bytes, const NextSize& next = {});

/// Reads `bytes` whole, as claude-stream-json.
[[nodiscard]] Reading read_claude(const std::string& bytes);

/// Returns one line for a person.
[[nodiscard]] std::string describe(const Item& item);
[[nodiscard]] std::string describe(const std::vector<Item>& items);

} // namespace evenfold::providers::tests
