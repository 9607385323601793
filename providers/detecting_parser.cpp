#include "evenfold/providers/detecting_parser.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace evenfold::providers {

namespace {

constexpr std::size_t eager_bytes_max = 64U << 10; // as long as the beginning is shorter, each line is judged at once

} // namespace

DetectingParser::DetectingParser(const std::optional<Format>& format) {
    if (format) parser_ = format->open();
}

std::vector<Item> DetectingParser::feed(std::string_view bytes) {
    if (parser_) return parser_->feed(bytes);
    if (looks_like_) return {};
    beginning_ += bytes;
    // Only a complete line can decide. Attempts become rarer as the beginning grows, because each reads all of it.
    const bool has_line_end = bytes.find_first_of("\r\n") != std::string_view::npos;
    const bool is_long = beginning_.size() >= eager_bytes_max;
    if (is_long ? beginning_.size() < detect_again_bytes_ : !has_line_end) return {};
    detect_again_bytes_ = beginning_.size() + beginning_.size() / 8;
    return detect_format(false);
}

std::vector<Item> DetectingParser::finish() {
    std::vector<Item> items;
    if (!beginning_.empty()) items = detect_format(true);
    if (parser_) std::ranges::move(parser_->finish(), std::back_inserter(items));
    return items;
}

std::vector<Item> DetectingParser::detect_format(bool at_end) {
    Detection found = detect(beginning_, at_end);
    if (std::holds_alternative<Undecided>(found)) return {};
    const std::string beginning = std::exchange(beginning_, {});
    if (auto* none = std::get_if<NoFormat>(&found)) {
        looks_like_ = std::move(none->looks_like);
        is_named_ = none->is_named;
        return {};
    }
    parser_ = std::get<Format>(found).open();
    return parser_->feed(beginning);
}

SkipCounts DetectingParser::skipped() const {
    return parser_ ? parser_->skipped() : SkipCounts{};
}

KindCounts DetectingParser::unmapped() const {
    return parser_ ? parser_->unmapped() : KindCounts{};
}

} // namespace evenfold::providers
