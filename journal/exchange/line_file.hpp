/// The lines of a file, read from its beginning in bounded memory.
/// Shapes: a line is without its line break; its view is valid until the next call. Several may read one file.
/// Bounds: a line with more than `line_bytes_max` bytes is returned as its beginning, and marked.
/// Errors: a Failure of the file; a missing last line break is reported by `is_cut`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/system/failure.hpp"

namespace evenfold::journal::exchange {

/// A place in the file.
struct LinePosition {
    std::uint64_t line = 0; // from 1
    std::uint64_t byte = 0; // of its first character, from 0
};

class LineFile {
public:
    /// Opens the file, which must be a plain one, because it is read several times.
    [[nodiscard]] static std::expected<LineFile, system::Failure>
    open(const std::filesystem::path& file, std::size_t line_bytes_max);

    /// Reads the next line. Returns false after the last one.
    [[nodiscard]] std::expected<bool, system::Failure> next(std::string_view& line);

    /// Continues with the line at `position`.
    [[nodiscard]] std::expected<void, system::Failure> move_to(const LinePosition& position);

    [[nodiscard]] const LinePosition& position() const { return position_; }
    /// Return whether the line has more bytes than allowed, and whether its line break is missing.
    [[nodiscard]] bool is_too_long() const { return is_too_long_; }
    [[nodiscard]] bool is_cut() const { return is_cut_; }
    void limit_lines(std::size_t line_bytes_max) { line_bytes_max_ = line_bytes_max; }

private:
    LineFile(std::filesystem::path file, std::size_t line_bytes_max);
    [[nodiscard]] std::expected<bool, system::Failure> fill();
    [[nodiscard]] std::expected<void, system::Failure> skip_rest();

    std::filesystem::path file_;
    std::ifstream stream_;
    std::size_t line_bytes_max_;
    std::size_t chunk_bytes_ = 65'536; // per read
    std::string buffer_;
    std::size_t begin_ = 0; // of the next line in the buffer
    LinePosition position_;
    std::uint64_t next_byte_ = 0; // of the next line in the file
    bool is_at_end_ = false;
    bool is_too_long_ = false;
    bool is_cut_ = false;
};

} // namespace evenfold::journal::exchange
