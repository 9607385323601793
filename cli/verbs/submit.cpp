#include "evenfold/cli/verbs/submit.hpp"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "evenfold/cli/recording/input.hpp"
#include "evenfold/cli/verbs/submit_command.hpp"
#include "evenfold/cli/words/record_json.hpp"
#include "evenfold/cli/words/refusal.hpp"
#include "evenfold/cli/words/report.hpp"
#include "evenfold/kernel/fresh_id.hpp"

namespace evenfold::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t command_bytes_max = 16U << 20U;

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
    const auto records = journal::read_all(journal, {.from = receipt.first, .at_most = receipt.count});
    if (!records) return complain(records.error());
    Json events = Json::array();
    for (const journal::Record& record : *records) events.push_back(json_of(record));
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
