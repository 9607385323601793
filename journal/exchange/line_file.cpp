#include "evenfold/journal/exchange/line_file.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace evenfold::journal::exchange {
namespace {

constexpr std::size_t moved_chunk_bytes = 4'096; // for single lines

} // namespace

LineFile::LineFile(std::filesystem::path file, std::size_t line_bytes_max)
    : file_(std::move(file)), line_bytes_max_(line_bytes_max) {}

std::expected<LineFile, system::Failure> LineFile::open(const std::filesystem::path& file, std::size_t line_bytes_max) {
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
        return std::unexpected(system::Failure{.kind = system::FailureKind::unreadable,
                                               .what = "'" + file.string() + "' is not a plain file",
                                               .remedy = "write the export to a file first: it is read several times"});
    LineFile lines(file, line_bytes_max);
    errno = 0;
    lines.stream_.open(file, std::ios::binary);
    if (!lines.stream_) return std::unexpected(system::failure_of(file, "open", errno == 0 ? EIO : errno));
    return lines;
}

/// Reads more bytes behind those of the buffer. Returns false at the end of the file.
std::expected<bool, system::Failure> LineFile::fill() {
    if (is_at_end_) return false;
    buffer_.erase(0, std::exchange(begin_, 0));
    const std::size_t filled = buffer_.size();
    buffer_.resize(filled + chunk_bytes_);
    errno = 0;
    stream_.read(buffer_.data() + filled, static_cast<std::streamsize>(chunk_bytes_));
    buffer_.resize(filled + static_cast<std::size_t>(stream_.gcount()));
    if (stream_.bad()) return std::unexpected(system::failure_of(file_, "read", errno == 0 ? EIO : errno));
    is_at_end_ = stream_.eof();
    return buffer_.size() > filled;
}

/// Drops the bytes of a line that is too long, up to its line break.
std::expected<void, system::Failure> LineFile::skip_rest() {
    for (;;) {
        const std::size_t end = buffer_.find('\n', begin_);
        if (end != std::string::npos) {
            next_byte_ += end + 1 - begin_;
            begin_ = end + 1;
            return {};
        }
        next_byte_ += buffer_.size() - begin_;
        begin_ = buffer_.size();
        const auto more = fill();
        if (!more) return std::unexpected(more.error());
        if (!*more) {
            is_cut_ = true;
            return {};
        }
    }
}

std::expected<bool, system::Failure> LineFile::next(std::string_view& line) {
    if (is_too_long_) {
        if (auto skipped = skip_rest(); !skipped) return std::unexpected(std::move(skipped.error()));
    }
    is_too_long_ = is_cut_ = false;
    ++position_.line;
    position_.byte = next_byte_;
    for (std::size_t searched = 0;;) {
        const std::size_t end = buffer_.find('\n', begin_ + searched);
        const bool has_end = end != std::string::npos;
        const std::size_t size = (has_end ? end : buffer_.size()) - begin_;
        if (size > line_bytes_max_) {
            is_too_long_ = true;
            line = std::string_view(buffer_).substr(begin_, line_bytes_max_);
            return true;
        }
        if (has_end) {
            line = std::string_view(buffer_).substr(begin_, size);
            begin_ = end + 1;
            next_byte_ += size + 1;
            return true;
        }
        searched = size;
        const auto more = fill();
        if (!more) return std::unexpected(more.error());
        if (*more) continue;
        is_cut_ = size > 0;
        line = std::string_view(buffer_).substr(begin_);
        begin_ = buffer_.size();
        next_byte_ += size;
        return size > 0;
    }
}

std::expected<void, system::Failure> LineFile::move_to(const LinePosition& position) {
    stream_.clear();
    errno = 0;
    stream_.seekg(static_cast<std::streamoff>(position.byte));
    if (!stream_) return std::unexpected(system::failure_of(file_, "seek in", errno == 0 ? EIO : errno));
    buffer_.clear();
    chunk_bytes_ = moved_chunk_bytes;
    begin_ = 0;
    position_ = {.line = position.line - 1, .byte = position.byte};
    next_byte_ = position.byte;
    is_at_end_ = is_too_long_ = is_cut_ = false;
    return {};
}

} // namespace evenfold::journal::exchange
