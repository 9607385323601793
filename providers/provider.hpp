/// The wire formats that evenfold reads, and the one way to read any of them.
/// Shape: bytes in, at any chunking; items out, the same whatever the chunking. No I/O, no clock.
/// Errors are items: a line that cannot be read is a warning in the stream, a stream that breaks off is a fatal error.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "evenfold/core/commands/orchestration/provider_event.hpp"

namespace evenfold::providers {

/// A session was opened, or told of itself again.
struct SessionStarted {
    std::string session_ref;
    std::string model;
    std::string working_folder;
    friend bool operator==(const SessionStarted&, const SessionStarted&) = default;
};

/// What the user typed, where the stream repeats it.
struct Prompt {
    std::string text;
    friend bool operator==(const Prompt&, const Prompt&) = default;
};

using Item = std::variant<orchestration::ProviderEvent, SessionStarted, Prompt>;

/// What was passed over, so that a reader of unknown or damaged input can tell that it was.
struct Passed {
    std::uint64_t unknown_events = 0;
    std::uint64_t unreadable_lines = 0;
    std::uint64_t repaired_lines = 0; // read, with damaged characters replaced
    std::uint64_t broken_turns = 0;   // ended by an error of the stream instead of the end that the format has for them
    friend bool operator==(const Passed&, const Passed&) = default;
};

/// A running fold over one stream.
class Stream {
public:
    Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    virtual ~Stream() = default;

    /// The items that `bytes` completes. Splitting the input elsewhere gives the same items in total.
    [[nodiscard]] virtual std::vector<Item> feed(std::string_view bytes) = 0;

    /// The items that the end of the input completes: a turn left open becomes a fatal ProviderError
    /// with code `stream_truncated`. Call once, last.
    [[nodiscard]] virtual std::vector<Item> finish() = 0;

    [[nodiscard]] virtual Passed passed() const = 0;
};

enum class Format : std::uint8_t { claude_stream_json, anthropic_sse };

/// The name of `format`: `claude-stream-json`, `anthropic-sse`.
[[nodiscard]] std::string_view name_of(Format format);

/// The format with that name, or nothing.
[[nodiscard]] std::optional<Format> format_named(std::string_view name);

/// All names, in the order of Format.
[[nodiscard]] std::vector<std::string_view> format_names();

/// What `beginning` is the beginning of. Undecided until enough has been seen; none when no known format starts so.
struct Undecided {
    friend bool operator==(const Undecided&, const Undecided&) = default;
};
struct NoFormat {
    std::string looks_like; // what a person would call it: "a PNG image", "JSON that is not a stream", ...
    friend bool operator==(const NoFormat&, const NoFormat&) = default;
};
using Detection = std::variant<Format, Undecided, NoFormat>;

/// Look at the first bytes of a stream; `at_end` says that there will be no more.
[[nodiscard]] Detection detect(std::string_view beginning, bool at_end);

/// A fresh fold for `format`.
[[nodiscard]] std::unique_ptr<Stream> open_stream(Format format);

} // namespace evenfold::providers
