/// Finds the JSON objects in the lines of a stream that passed through a terminal or a log.
/// Text and escape sequences may surround an object, a line may contain several objects, and arrays may surround them.
/// An object may continue over several lines if its first line ends after its opening brace, as pretty-printers write.
/// The parts do not depend on the chunking of the bytes, since the input is whole lines. Takes linear time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "evenfold/providers/wire/lines.hpp"
#include "evenfold/providers/wire/source_position.hpp"

namespace evenfold::providers {

/// `object`: from its opening to its closing brace; its values may still be invalid. `noise`: text that belongs to no
/// object, without escape sequences; empty if there are only escape sequences. `damage`: the beginning of an object
/// whose end is missing.
enum class LinePartKind : std::uint8_t { object, noise, damage };

struct LinePart {
    LinePartKind kind = LinePartKind::object;
    std::string_view text; // valid until the callback returns
    SourcePosition position;
};

/// Checks the structure of an object that arrives in lines: brackets, strings, and the order of tokens.
class ObjectOutline {
public:
    /// The result of a line. `open`: the object continues after it.
    enum class ObjectState : std::uint8_t { open, complete, invalid };

    /// Reads `line` from `at`, which it advances to the end of the object, to the first error, or to the end of the
    /// line. The object begins at the first call.
    ObjectState read(std::string_view line, std::size_t& at);

    /// Returns whether the name of a member has begun, so that the text is JSON rather than prose.
    [[nodiscard]] bool has_member() const { return has_member_; }

private:
    enum class Expected : std::uint8_t { key, colon, value, separator };

    bool read_token(std::string_view line, std::size_t& at);
    bool read_string(std::string_view line, std::size_t& at);
    bool read_value(std::string_view line, std::size_t& at);
    bool open(char bracket);
    bool close(char bracket);

    std::string brackets_; // open ones
    Expected expected_ = Expected::value;
    bool may_close_ = false; // an empty object or array may end here
    bool has_member_ = false;
};

class ObjectSplitter {
public:
    using PartCallback = std::function<void(const LinePart&)>;

    explicit ObjectSplitter(std::size_t bytes_max = line_bytes_max) : bytes_max_(bytes_max) {}

    /// Calls `callback` for each part that `line` completes, in order.
    void feed(std::string_view line, SourcePosition position, const PartCallback& callback);

    /// Calls `callback` for an object whose end is missing. Call it once, at the end of the input.
    void finish(const PartCallback& callback);

    /// Returns whether an object continues on the next line.
    [[nodiscard]] bool is_inside_object() const { return !kept_.empty(); }

private:
    bool continue_object(std::string_view& line, const PartCallback& callback);

    std::size_t bytes_max_;
    std::string kept_; // the lines of the open object, joined by LF
    SourcePosition start_;
    ObjectOutline outline_; // of the open object
};

/// Returns `text` without terminal escape sequences and other control characters.
[[nodiscard]] std::string without_escapes(std::string_view text);

} // namespace evenfold::providers
