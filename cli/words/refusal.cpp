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

struct Words {
    std::string what;
    std::string remedy;
};

namespace rejection = orchestration::rejection;

constexpr std::string_view elsewhere = "record into another thread with --thread NAME";

/// Where the names and values of the rejection say it as well as words would.
Words on(const auto&) {
    return {};
}
Words on(const rejection::ThreadNotFound& error) {
    return {.what = fmt::format("thread {} {}", to_text(error.thread), error.retired ? "was deleted" : "is not there"),
            .remedy = "`evenfold model` lists the threads"};
}
Words on(const rejection::ThreadBusy& error) {
    return {.what = fmt::format("turn {}, of somebody else, is at work or waits in the thread", to_text(error.turn)),
            .remedy = fmt::format("wait for it, or {}", elsewhere)};
}
Words on(const rejection::ThreadArchived& error) {
    return {.what = fmt::format("thread {} is archived", to_text(error.thread)),
            .remedy = fmt::format("unarchive it, or {}", elsewhere)};
}
Words on(const rejection::RevertInProgress& error) {
    return {.what = fmt::format("the thread is being reverted, by revert {}", to_text(error.revert)),
            .remedy = fmt::format("wait for it, or {}", elsewhere)};
}
Words on(const rejection::SlotAlreadyResolved& error) {
    return {.what = fmt::format("it is '{}' already", one_line(error.value, 80)), .remedy = "it can be set only once"};
}
Words on(const rejection::EmptyField& error) {
    return {.what = fmt::format("{} is empty", error.name), .remedy = "give it a value"};
}
Words on(const rejection::TooLarge& error) {
    return {.what = fmt::format("{} is longer than its limit of {}", error.field, error.limit),
            .remedy = "choose a shorter one"};
}

} // namespace

Json json_of(const Refusal& refusal, Actor actor) {
    if (const auto* rejected = std::get_if<kernel::Rejected<Domain>>(&refusal)) {
        return classed(orchestration::class_of(rejected->error, actor), codec::encode(rejected->error));
    }
    if (const auto* conflict = std::get_if<CommandIdConflict>(&refusal)) {
        Json json{{"class", name_of(ErrorClass::conflict)}, {"type", type_name<CommandIdConflict>}};
        json.update(Json::parse(codec::encode(*conflict)));
        return json;
    }
    if (const auto* none = std::get_if<kernel::CauseNotFound>(&refusal)) {
        return {{"class", enumerator_names<ErrorClass>[static_cast<std::size_t>(ErrorClass::not_found)]},
                {"type", "CauseNotFound"},
                {"cause", none->cause},
                {"head", none->head}};
    }
    const auto& failure = std::get<journal::Failure>(refusal);
    return {{"class", "failure"},
            {"type", system::name_of(failure.kind)},
            {"what", failure.what},
            {"remedy", failure.remedy}};
}

Exit complain(const Refusal& refusal, Actor actor) {
    if (const auto* failure = std::get_if<journal::Failure>(&refusal)) return complain(*failure);
    if (const auto* rejected = std::get_if<kernel::Rejected<Domain>>(&refusal)) {
        const Words words = std::visit([](const auto& error) { return on(error); }, rejected->error);
        if (!words.what.empty()) return complain(words.what, words.remedy);
    }
    return complain("refused: " + json_of(refusal, actor).dump(-1, ' ', false, Json::error_handler_t::replace));
}

} // namespace evenfold::cli
