#include "evenfold/reactors/process/format_reader.hpp"

#include <iterator>
#include <utility>

namespace evenfold::reactors::process {

using providers::Item;

FormatReader::FormatReader(std::optional<providers::Format> format) {
    if (format) stream_ = providers::open_stream(*format);
}

std::vector<Item> FormatReader::feed(std::string_view bytes) {
    if (stream_) return stream_->feed(bytes);
    if (looks_like_) return {};
    beginning_ += bytes;
    return look(false);
}

std::vector<Item> FormatReader::finish() {
    std::vector<Item> items;
    if (!stream_ && !looks_like_ && !beginning_.empty()) items = look(true);
    if (!stream_) return items;
    auto last = stream_->finish();
    items.insert(items.end(), std::make_move_iterator(last.begin()), std::make_move_iterator(last.end()));
    return items;
}

std::vector<Item> FormatReader::look(bool at_end) {
    const providers::Detection found = providers::detect(beginning_, at_end);
    if (std::holds_alternative<providers::Undecided>(found)) return {};
    const std::string beginning = std::exchange(beginning_, {});
    if (const auto* none = std::get_if<providers::NoFormat>(&found)) {
        looks_like_ = none->looks_like;
        return {};
    }
    stream_ = providers::open_stream(std::get<providers::Format>(found));
    return stream_->feed(beginning);
}

providers::Passed FormatReader::passed() const {
    return stream_ ? stream_->passed() : providers::Passed{};
}

} // namespace evenfold::reactors::process
