#include "evenfold/providers/wire/lines.hpp"

namespace evenfold::providers {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::size_t line_end(std::string_view bytes, LineEnd end) {
    return end == LineEnd::newline ? bytes.find('\n') : bytes.find_first_of("\r\n");
}

} // namespace

LineSplitter::LineSplitter(LineEnd end, std::size_t bytes_max) : end_(end), bytes_max_(bytes_max) {}

void LineSplitter::feed(std::string_view bytes, const LineCallback& callback) {
    while (!bytes.empty()) {
        if (after_return_) {
            after_return_ = false;
            if (bytes.front() == '\n') {
                bytes.remove_prefix(1);
                start_.offset = ++offset_;
                continue;
            }
        }
        const std::size_t end = line_end(bytes, end_);
        if (end == std::string_view::npos) {
            keep(bytes);
            offset_ += bytes.size();
            return;
        }
        after_return_ = bytes[end] == '\r';
        offset_ += end + 1;
        emit(bytes.substr(0, end), callback);
        bytes.remove_prefix(end + 1);
    }
}

void LineSplitter::finish(const LineCallback& callback) {
    if (offset_ > start_.offset) emit({}, callback);
}

void LineSplitter::keep(std::string_view bytes) {
    if (too_long_ || bytes.size() > bytes_max_ - kept_.size()) {
        too_long_ = true;
        kept_ = {};
        return;
    }
    kept_ += bytes;
}

void LineSplitter::emit(std::string_view rest, const LineCallback& callback) {
    // Fast path: does not copy a line that lies within one chunk.
    const bool whole = kept_.empty() && !too_long_ && rest.size() <= bytes_max_;
    if (!whole) keep(rest);
    std::string_view text = whole ? rest : std::string_view(kept_);
    if (end_ == LineEnd::newline && text.ends_with('\r')) text.remove_suffix(1);
    if (start_.line == 1 && text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    callback(Line{.text = text, .position = start_, .too_long = too_long_});
    kept_.clear();
    too_long_ = false;
    start_ = {.line = start_.line + 1, .offset = offset_};
}

} // namespace evenfold::providers
