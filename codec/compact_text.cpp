#include "evenfold/codec/compact_text.hpp"

#include <nlohmann/json.hpp>

#include "evenfold/core/text/utf8.hpp"

namespace evenfold::codec {

std::string compact_text(const OrderedJson& document) {
    return document.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

std::string description_of(const OrderedJson& json) {
    if (json.is_object()) return "an object";
    if (json.is_array()) return "an array";
    std::string text = compact_text(json);
    if (text.size() <= 60) return text;
    return text.substr(0, utf8::cut_size(text, 57)) + "...";
}

} // namespace evenfold::codec
