#include "evenfold/providers/detecting_parser.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace evenfold::providers {

DetectingParser::DetectingParser(const std::optional<Format>& format) {
    if (format) parser_ = format->open();
}

std::vector<Item> DetectingParser::feed(std::string_view bytes) {
    if (parser_) return parser_->feed(bytes);
    if (looks_like_) return {};
    beginning_ += bytes;
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
        return {};
    }
    parser_ = std::get<Format>(found).open();
    return parser_->feed(beginning);
}

SkipCounts DetectingParser::skipped() const {
    return parser_ ? parser_->skipped() : SkipCounts{};
}

} // namespace evenfold::providers
