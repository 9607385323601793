/// Splits bytes into lines. The lines do not depend on the chunking of the bytes.
/// A line is passed to a callback without its end. The last line may lack an end. A byte order mark is dropped.
/// Memory is bounded: the text of a line over the bound is dropped, and the line is marked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "evenfold/providers/wire/source_position.hpp"

namespace evenfold::providers {

inline constexpr std::size_t line_bytes_max = 64U << 20;

/// The reason in the warning about a longer line.
inline constexpr std::string_view too_long_reason = "it is longer than 64 MiB";

struct Line {
    std::string_view text; // valid until the callback returns
    SourcePosition position;
    bool too_long = false;
};

/// The ends of lines. `newline`: LF or CRLF. `any`: LF, CR or CRLF, as in event streams.
enum class LineEnd : std::uint8_t { newline, any };

class LineSplitter {
public:
    using LineCallback = std::function<void(const Line&)>;

    explicit LineSplitter(LineEnd end, std::size_t bytes_max = line_bytes_max);

    /// Calls `callback` for each line that `bytes` completes. Takes time linear in the size of `bytes`.
    void feed(std::string_view bytes, const LineCallback& callback);

    /// Calls `callback` for the last line, if it has no end. Call it once, at the end of the input.
    void finish(const LineCallback& callback);

private:
    void keep(std::string_view bytes);
    void emit(std::string_view rest, const LineCallback& callback);

    LineEnd end_;
    std::size_t bytes_max_;
    std::string kept_;
    SourcePosition start_;
    std::uint64_t offset_ = 0;
    bool too_long_ = false;
    bool after_return_ = false;
};

} // namespace evenfold::providers
