#include "evenfold/cli/verbs/submit.hpp"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "evenfold/cli/recording/input.hpp"
#include "evenfold/cli/words/record_json.hpp"
#include "evenfold/cli/words/refusal.hpp"
#include "evenfold/cli/words/report.hpp"
#include "evenfold/codec/codec.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/kernel/fresh_id.hpp"

namespace evenfold::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t command_bytes_max = 16U << 20U;

/// A command with its envelope, where the asker gives one; what is absent is made up.
struct Asked {
    EVENFOLD_STRUCT(Asked,
        (std::optional<CommandId>, command_id), (std::optional<Actor>, actor), (std::optional<Instant>, at),
        (std::optional<Sequence>, cause), (std::optional<CommandId>, correlation), (orchestration::Command, body));
};

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

std::expected<Asked, codec::DecodeError> decode_asked(std::string_view text) {
    if (!is_bare(text)) return decode_whole<Asked>(text);
    auto body = decode_whole<orchestration::Command>(text);
    if (!body) return std::unexpected(std::move(body.error()));
    Asked asked{};
    asked.body = std::move(*body);
    return asked;
}

Json trouble(const codec::DecodeError& error) {
    return {{"class", "invalid"},
            {"type", "Undecodable"},
            {"at", error.type + error.path},
            {"expected", error.expected},
            {"got", error.got}};
}

void print_error(const Json& error) {
    fmt::print("{}\n", Json{{"error", error}}.dump(2, ' ', false, Json::error_handler_t::replace));
}

Exit print_events(journal::Journal& journal, const journal::Receipt& receipt) {
    Json events = Json::array();
    const auto read = journal.read(receipt.first, [&](const journal::Record& record) {
        if (record.sequence >= receipt.first + receipt.count) return false;
        events.push_back(json_of(record));
        return true;
    });
    if (!read) return complain(read.error());
    const Json json{{"command_id", to_text(receipt.command)},
                    {"first_sequence", receipt.first},
                    {"count", receipt.count},
                    {"events", std::move(events)}};
    fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
    return Exit::success;
}

Exit submit_to(journal::Journal& journal, Asked asked) {
    auto kernel = Kernel::open(journal, &kernel::now);
    if (!kernel) return complain(kernel.error());
    const Actor actor = asked.actor.value_or(Actor::user);
    const auto outcome = (*kernel)->submit({.command = asked.command_id.value_or(kernel::fresh<CommandId>()),
                                            .actor = actor,
                                            .at = asked.at.value_or(kernel::now()),
                                            .cause = asked.cause,
                                            .correlation = asked.correlation,
                                            .body = std::move(asked.body)});
    if (outcome) return print_events(journal, *outcome);
    print_error(json_of(outcome.error(), actor));
    return complain(outcome.error(), actor);
}

} // namespace

Exit submit(const WithJournal& with_journal, const SubmitOptions& options) {
    auto input = Input::open(options.input);
    if (!input) return complain(input.error(), "check the name of the input");
    const auto text = read_whole(*input, command_bytes_max);
    if (!text) return complain(text.error());
    auto asked = decode_asked(*text);
    if (!asked) {
        print_error(trouble(asked.error()));
        return complain(fmt::format("{}: {}", input->name(), codec::to_text(asked.error())));
    }
    if (asked->command_id && asked->command_id->uuid.is_nil()) {
        print_error({{"class", "invalid"}, {"type", "EmptyField"}, {"name", "command_id"}});
        return complain(fmt::format("{}: command_id is nil", input->name()), "leave it out, or bring one of your own");
    }
    return with_journal([&](journal::Journal& journal) { return submit_to(journal, std::move(*asked)); });
}

} // namespace evenfold::cli
