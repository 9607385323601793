#include "evenfold/cli/words/record_json.hpp"

#include <nlohmann/json.hpp>

#include "evenfold/codec/text.hpp"
#include "evenfold/core/reflection/type_name.hpp"

namespace evenfold::cli {
namespace {

using Json = nlohmann::ordered_json;

} // namespace

Json json_of(const journal::Record& record) {
    Json json{
        {"sequence", record.sequence}, {"stream", record.stream},
        {"version", record.version},   {"command_id", to_text(record.command)},
        {"index", record.index},       {"actor", enumerator_names<Actor>[static_cast<std::size_t>(record.actor)]}};
    if (record.cause) json["cause"] = *record.cause;
    json["correlation"] = to_text(record.correlation);
    json["at"] = to_text(record.at);
    json["stored_at"] = to_text(record.stored_at);
    json["type"] = record.type;
    json["type_version"] = record.type_version;
    Json data =
        codec::is_shallow(record.data) ? Json::parse(record.data, nullptr, false) : Json(Json::value_t::discarded);
    json["data"] = data.is_discarded() ? Json(record.data) : std::move(data);
    return json;
}

} // namespace evenfold::cli
