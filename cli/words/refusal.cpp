#include "evenfold/cli/words/refusal.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "evenfold/cli/words/report.hpp"
#include "evenfold/codec/codec.hpp"
#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold::cli {
namespace {

using Json = nlohmann::ordered_json;

Json classed(ErrorClass error_class, const std::string& encoded) {
    Json json{{"class", name_of(error_class)}};
    json.update(Json::parse(encoded));
    return json;
}

} // namespace

Json json_of(const Refusal& refusal, Actor actor) {
    if (const auto* rejected = std::get_if<kernel::Rejected<Domain>>(&refusal)) {
        return classed(orchestration::class_of(rejected->error, actor), codec::encode(rejected->error));
    }
    if (const auto* conflict = std::get_if<CommandIdConflict>(&refusal)) {
        const orchestration::Error error = *conflict;
        return classed(ErrorClass::conflict, codec::encode(error));
    }
    const auto& failure = std::get<journal::Failure>(refusal);
    return {{"class", "failure"}, {"type", name_of(failure.kind)}, {"what", failure.what}, {"remedy", failure.remedy}};
}

Exit complain(const Refusal& refusal, Actor actor) {
    if (const auto* failure = std::get_if<journal::Failure>(&refusal)) return complain(*failure);
    return complain(fmt::format("refused: {}", json_of(refusal, actor).dump()));
}

} // namespace evenfold::cli
