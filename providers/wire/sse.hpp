/// Splits bytes that arrive in any chunks into server-sent events.
/// A line ends in LF, CR or CRLF; comments are dropped; several data lines are joined by LF; an event without data is
/// dropped. Unlike a browser, this passes on an event that the end of the input cuts off before its blank line.
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
    std::string_view name; // valid until the receiver returns, as is data
    std::string_view data;
    SourcePosition position;
    bool too_long = false;
    bool stray = false; // not an event but the line at `position`, which has a field that no event has
};

class SseParser {
public:
    using Receiver = std::function<void(const SseEvent&)>;

    explicit SseParser(std::size_t bytes_max = line_bytes_max);

    /// Passes on each event that `bytes` completes, and each stray line before the event that it is in. Ignores what
    /// precedes the first field of an event, because it may be an HTTP header. Takes time linear in `bytes`.
    void feed(std::string_view bytes, const Receiver& receive);

    /// Passes on the event that the end of the input completes, if there is one.
    void finish(const Receiver& receive);

private:
    void on_line(const Line& line, const Receiver& receive);
    void on_data(std::string_view value, const Line& line);
    void give(const Receiver& receive);

    LineSplitter lines_;
    std::size_t bytes_max_;
    std::string name_;
    std::string data_;
    SourcePosition position_;
    bool has_data_ = false;
    bool begun_ = false; // a field of an event was seen
    bool too_long_ = false;
};

} // namespace evenfold::providers
