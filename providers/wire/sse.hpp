/// Splits bytes into server-sent events. The events do not depend on the chunking of the bytes.
/// Comments and events without data are dropped. Several data lines of an event are joined by LF.
/// Unlike a browser, this parser also returns an event at the end of the input that lacks its blank line.
/// Source: WHATWG HTML, section 9.2.6 (interpreting an event stream).
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "evenfold/providers/wire/lines.hpp"

namespace evenfold::providers {

/// One event. `position` is the position of its first data line.
struct SseEvent {
    std::string_view name; // valid until the callback returns, as is data
    std::string_view data;
    SourcePosition position;
    bool too_long = false;
    bool stray = false; // not an event, but the line at `position`, whose field is unknown
};

class SseParser {
public:
    using SseEventCallback = std::function<void(const SseEvent&)>;

    explicit SseParser(std::size_t bytes_max = line_bytes_max);

    /// Calls `callback` for each event that `bytes` completes. Calls it for a stray line before the event that contains
    /// the line. Ignores the lines before the first known field, because they may be an HTTP header. Takes linear time.
    void feed(std::string_view bytes, const SseEventCallback& callback);

    /// Calls `callback` for the last event, if it lacks its blank line. Call it once, at the end of the input.
    void finish(const SseEventCallback& callback);

private:
    void on_line(const Line& line, const SseEventCallback& callback);
    void on_data(std::string_view value, const Line& line);
    void emit(const SseEventCallback& callback);

    LineSplitter lines_;
    std::size_t bytes_max_;
    std::string name_;
    std::string data_;
    SourcePosition position_;
    bool has_data_ = false;
    bool begun_ = false; // a known field was read
    bool too_long_ = false;
};

} // namespace evenfold::providers
