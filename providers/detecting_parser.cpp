#include "evenfold/providers/detecting_parser.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace evenfold::providers {

DetectingParser::DetectingParser(const std::optional<Format>& format) {
    if (format) stream_ = format->open();
}

std::vector<Item> DetectingParser::feed(std::string_view bytes) {
    if (stream_) return stream_->feed(bytes);
    if (looks_like_) return {};
    beginning_ += bytes;
    return examine(false);
}

std::vector<Item> DetectingParser::finish() {
    std::vector<Item> items;
    if (!beginning_.empty()) items = examine(true);
    if (stream_) std::ranges::move(stream_->finish(), std::back_inserter(items));
    return items;
}

std::vector<Item> DetectingParser::examine(bool at_end) {
    Detection found = detect(beginning_, at_end);
    if (std::holds_alternative<Undecided>(found)) return {};
    const std::string beginning = std::exchange(beginning_, {});
    if (auto* none = std::get_if<NoFormat>(&found)) {
        looks_like_ = std::move(none->looks_like);
        return {};
    }
    stream_ = std::get<Format>(found).open();
    return stream_->feed(beginning);
}

SkipCounts DetectingParser::skipped() const {
    return stream_ ? stream_->skipped() : SkipCounts{};
}

} // namespace evenfold::providers
