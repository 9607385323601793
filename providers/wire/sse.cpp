#include "evenfold/providers/wire/sse.hpp"

#include <algorithm>

namespace evenfold::providers {

SseParser::SseParser(std::size_t bytes_max) : lines_(LineEnd::any, bytes_max), bytes_max_(bytes_max) {}

void SseParser::feed(std::string_view bytes, const SseEventCallback& callback) {
    lines_.feed(bytes, [&](const Line& line) { on_line(line, callback); });
}

void SseParser::finish(const SseEventCallback& callback) {
    lines_.finish([&](const Line& line) { on_line(line, callback); });
    emit(callback);
}

void SseParser::on_line(const Line& line, const SseEventCallback& callback) {
    // The content of a line over the bound is unknown, so that its event is too long.
    if (line.too_long) return on_data({}, line);
    if (line.text.empty()) return emit(callback);
    const std::size_t colon = line.text.find(':');
    const std::string_view field = line.text.substr(0, colon);
    std::string_view value = colon == std::string_view::npos ? std::string_view() : line.text.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    const bool is_known = field == "data" || field == "event" || field == "id" || field == "retry";
    const bool is_comment = field.empty() && colon == 0;
    begun_ = begun_ || is_known;
    if (field == "data") return on_data(value, line);
    if (field == "event") name_ = value;
    if (begun_ && !is_known && !is_comment) {
        callback(SseEvent{.name = {}, .data = {}, .position = line.position, .too_long = false, .stray = true});
    }
}

void SseParser::on_data(std::string_view value, const Line& line) {
    if (!has_data_) position_ = line.position;
    if (has_data_) data_ += '\n';
    has_data_ = true;
    if (line.too_long || too_long_ || value.size() > bytes_max_ - std::min(bytes_max_, data_.size())) {
        too_long_ = true;
        data_ = {};
        return;
    }
    data_ += value;
}

void SseParser::emit(const SseEventCallback& callback) {
    if (has_data_)
        callback(SseEvent{.name = name_, .data = data_, .position = position_, .too_long = too_long_, .stray = false});
    name_.clear();
    data_.clear();
    has_data_ = false;
    too_long_ = false;
}

} // namespace evenfold::providers
