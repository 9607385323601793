#include "evenfold/cli/verbs/submit_command.hpp"

#include <nlohmann/json.hpp>

#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold::cli {
namespace {

using Json = nlohmann::ordered_json;

/// `{"type": ...}` is a bare command; `{"body": {"type": ...}}` has an envelope.
bool is_bare(std::string_view text) {
    const Json json = Json::parse(text, nullptr, false);
    return !json.is_object() || !json.contains("body");
}

std::string kind_of(std::string_view text) {
    const Json json = Json::parse(text, nullptr, false);
    return json.value("type", std::string("command"));
}

/// A field without a place is a misspelt one: what it was to say would be lost.
template <class T>
std::expected<T, codec::DecodeError> decode_whole(std::string_view text) {
    auto decoded = codec::decode<T>(text);
    if (!decoded) return std::unexpected(std::move(decoded.error()));
    if (decoded->unknown_fields.empty()) return std::move(decoded->value);
    const Json unknown = Json::parse(decoded->unknown_fields); // pairs of path and value
    return std::unexpected(codec::DecodeError{.trouble = codec::Trouble::unknown_name,
                                              .type = kind_of(text),
                                              .path = unknown.front().front().template get<std::string>(),
                                              .expected = "a field that `evenfold commands` lists",
                                              .got = "an unknown one"});
}

} // namespace

std::expected<Asked, codec::DecodeError> decode_asked(std::string_view text) {
    if (!is_bare(text)) return decode_whole<Asked>(text);
    auto body = decode_whole<orchestration::Command>(text);
    if (!body) return std::unexpected(std::move(body.error()));
    Asked asked{};
    asked.body = std::move(*body);
    return asked;
}

} // namespace evenfold::cli
