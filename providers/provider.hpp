/// `StreamParser`: reads the output of an agent program in one wire format. Bytes go in, in chunks of any size; items
/// come out, the same whatever the chunks. One thread at a time may use it; it does no I/O and reads no clock.
/// Errors are items: a line that cannot be read is a warning, and a stream that breaks off is a fatal error.
///
///     const std::unique_ptr<providers::StreamParser> stream = providers::format_named("claude-stream-json")->open();
///     for (const providers::Item& item : stream->feed(bytes)) record(item);
///     for (const providers::Item& item : stream->finish()) record(item);
///     if (stream->skipped() != providers::SkipCounts{}) warn("a part of the stream was not read");
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "evenfold/core/commands/orchestration/provider_event.hpp"

namespace evenfold::providers {

/// The description of a session, which a stream may repeat.
struct SessionStarted {
    std::string session_ref;
    std::string model;
    std::string working_folder;
    friend bool operator==(const SessionStarted&, const SessionStarted&) = default;
};

/// The text that the user typed, if the stream contains it.
struct Prompt {
    std::string text;
    friend bool operator==(const Prompt&, const Prompt&) = default;
};

using Item = std::variant<orchestration::ProviderEvent, SessionStarted, Prompt>;

/// Counts of input that was skipped or repaired. All zero means that the stream was read completely. Noise is no damage
/// of the recording, and neither are events of unknown types.
struct SkipCounts {
    std::uint64_t unknown_events = 0;
    std::uint64_t unreadable_lines = 0;
    std::uint64_t noise_lines = 0;    // text or escape sequences of a terminal or a log, outside of the format
    std::uint64_t repaired_lines = 0; // read, with damaged characters replaced
    std::uint64_t broken_turns = 0;   // ended by an error of the stream instead of the regular end of a turn
    friend bool operator==(const SkipCounts&, const SkipCounts&) = default;
};

/// Counts of lines and blocks that are no part of the conversation, by kind. Those with content are kept as notices.
using KindCounts = std::map<std::string, std::uint64_t>;

/// Parses one stream.
class StreamParser {
public:
    StreamParser() = default;
    StreamParser(const StreamParser&) = delete;
    StreamParser& operator=(const StreamParser&) = delete;
    virtual ~StreamParser() = default;

    /// Returns the items that `bytes` completes.
    [[nodiscard]] virtual std::vector<Item> feed(std::string_view bytes) = 0;

    /// Returns the items that the end of the input completes. A turn that is still open becomes a fatal ProviderError
    /// with code `stream_truncated`, unless the format reports no ends of turns and the turn lacks nothing. Must be
    /// called once, last.
    [[nodiscard]] virtual std::vector<Item> finish() = 0;

    [[nodiscard]] virtual SkipCounts skipped() const = 0;
    [[nodiscard]] virtual KindCounts unmapped() const = 0;
};

} // namespace evenfold::providers
