#include "evenfold/kernel/register_domain.hpp"

#include <nlohmann/json.hpp>

#include "evenfold/codec/ordered_json.hpp"

namespace evenfold::kernel::registration {
namespace {

using RequestJson = codec::OrderedJson;

} // namespace

bool is_bare(std::string_view json) {
    const RequestJson parsed = RequestJson::parse(json, nullptr, false);
    return !parsed.is_object() || !parsed.contains("body");
}

codec::DecodeError unknown_field(std::string_view json, std::string_view unknown_fields) {
    const RequestJson unknown = RequestJson::parse(unknown_fields); // pairs of path and value
    const RequestJson parsed = RequestJson::parse(json, nullptr, false);
    const bool has_type = parsed.is_object() && parsed.contains("type") && parsed["type"].is_string();
    return {.kind = codec::DecodeErrorKind::unknown_name,
            .type = has_type ? parsed["type"].get<std::string>() : "command",
            .path = unknown.front().front().get<std::string>(),
            .expected = "a field that `evenfold commands` lists",
            .got = "an unknown field"};
}

journal::Failure broken_snapshot(const codec::DecodeError& error) {
    return {.kind = journal::FailureKind::damaged,
            .what = "a snapshot cannot be decoded after it was encoded: " + codec::to_text(error),
            .remedy = "report this as a defect of evenfold"};
}

} // namespace evenfold::kernel::registration
