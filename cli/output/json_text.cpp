#include "evenfold/cli/output/json_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "evenfold/codec/compact_text.hpp"

namespace evenfold::cli {

using Json = codec::OrderedJson;

namespace {

/// Returns `AlreadyOpen` and `already_open` as `already open`.
std::string words_of_name(std::string_view name) {
    std::string words;
    for (const char letter : name) {
        const bool is_upper = letter >= 'A' && letter <= 'Z';
        if ((is_upper && !words.empty()) || letter == '_') words += ' ';
        if (letter != '_') words += is_upper ? static_cast<char>(letter - 'A' + 'a') : letter;
    }
    return words;
}

} // namespace

std::string to_json_string(std::string_view text) {
    return codec::compact_text(Json(text));
}

std::string to_json_array(std::span<const std::string> documents) {
    return fmt::format("[{}]", fmt::join(documents, ","));
}

Explanation explain_refusal(std::string_view json) {
    const Json refusal = Json::parse(json);
    const std::string type = refusal.value("type", "");
    if (type == "CommandIdConflict")
        return {.what =
                    fmt::format("command_id {} is already used by a different command", refusal.value("command", "")),
                .remedy = "choose a new command_id; to retry a command, submit it unchanged"};
    if (type == "CauseNotFound")
        return {.what = fmt::format("cause {} is beyond the end of the log, event {}", refusal.value("cause", 0ULL),
                                    refusal.value("head", 0ULL)),
                .remedy = "cause must be the sequence of an existing event"};
    if (type == "ExpectationFailed")
        return {.what = fmt::format("the expectation does not hold: the version or head is now {}",
                                    refusal.value("have", 0ULL)),
                .remedy = "check the events since then, and submit the command with that version or head"};
    std::string what = "refused: " + words_of_name(type);
    for (const auto& [name, value] : refusal.items()) {
        if (name == "class" || name == "type") continue;
        what += fmt::format(", {} {}", words_of_name(name),
                            value.is_string() ? value.get<std::string>() : codec::compact_text(value));
    }
    return {.what = std::move(what), .remedy = {}};
}

} // namespace evenfold::cli
