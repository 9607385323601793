#include "evenfold/cli/output/json_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

namespace evenfold::cli {

using Json = nlohmann::ordered_json;

std::string to_json_string(std::string_view text) {
    return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string indent_json(std::string_view json) {
    return Json::parse(json).dump(2, ' ', false, Json::error_handler_t::replace);
}

std::string to_json_array(std::span<const std::string> documents) {
    return fmt::format("[{}]", fmt::join(documents, ","));
}

} // namespace evenfold::cli
