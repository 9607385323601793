#include "evenfold/tests/codec/json_texts.hpp"

#include <nlohmann/json.hpp>

namespace evenfold::codec {

std::string compact(const std::string& json) {
    return nlohmann::ordered_json::parse(json).dump();
}

std::string indent_json(const std::string& json) {
    return nlohmann::ordered_json::parse(json).dump(2);
}

std::string sorted(const std::string& json) {
    return nlohmann::json::parse(json).dump();
}

} // namespace evenfold::codec
