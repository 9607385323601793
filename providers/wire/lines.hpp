/// Splits bytes that arrive in any chunks into lines.
/// A line is passed on without its end; the last one may lack an end; a byte order mark before the first is dropped.
/// Memory is bounded: a line over the bound is passed on empty, and marked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "evenfold/providers/wire/source_position.hpp"

namespace evenfold::providers {

inline constexpr std::size_t line_bytes_max = 64U << 20;

struct Line {
    std::string_view text; // valid until the receiver returns
    SourcePosition position;
    bool too_long = false;
};

/// The end of a line: LF with an optional CR before it, or, as in event streams, LF, CR or both.
enum class LineEnd : std::uint8_t { newline, any };

class LineSplitter {
public:
    using Receiver = std::function<void(const Line&)>;

    explicit LineSplitter(LineEnd end, std::size_t bytes_max = line_bytes_max);

    /// Passes on each line that `bytes` completes. Takes time linear in `bytes`, whatever came before.
    void feed(std::string_view bytes, const Receiver& receive);

    /// Passes on the line that the end of the input completes, if there is one.
    void finish(const Receiver& receive);

private:
    void keep(std::string_view bytes);
    void give(std::string_view rest, const Receiver& receive);

    LineEnd end_;
    std::size_t bytes_max_;
    std::string kept_;
    SourcePosition start_;
    std::uint64_t offset_ = 0;
    bool too_long_ = false;
    bool after_return_ = false;
};

} // namespace evenfold::providers
