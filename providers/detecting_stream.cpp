#include "evenfold/providers/detecting_stream.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace evenfold::providers {

DetectingStream::DetectingStream(const std::optional<Format>& format) {
    if (format) stream_ = format->open();
}

std::vector<Item> DetectingStream::feed(std::string_view bytes) {
    if (stream_) return stream_->feed(bytes);
    if (looks_like_) return {};
    beginning_ += bytes;
    return examine(false);
}

std::vector<Item> DetectingStream::finish() {
    std::vector<Item> items;
    if (!beginning_.empty()) items = examine(true);
    if (stream_) std::ranges::move(stream_->finish(), std::back_inserter(items));
    return items;
}

std::vector<Item> DetectingStream::examine(bool at_end) {
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

SkipCounts DetectingStream::skipped() const {
    return stream_ ? stream_->skipped() : SkipCounts{};
}

} // namespace evenfold::providers
