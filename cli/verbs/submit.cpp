#include <cstdint>
#include <fmt/format.h>
#include <optional>

#include "evenfold/cli/output/json_printer.hpp"
#include "evenfold/cli/output/json_text.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/recording/input_reader.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/kernel/any_kernel.hpp"
#include "evenfold/kernel/fresh_id.hpp"

namespace evenfold::cli {
namespace {

struct SubmitOptions {
    std::string input;
    bool as_system = false;
    std::optional<std::uint64_t> expected_head;
    std::optional<std::uint64_t> expected_version;
    std::string stream;

    /// Returns the expectation that the options name, if any.
    [[nodiscard]] std::optional<CommandExpectation> expectation() const {
        if (expected_head) return ExpectedHead{*expected_head};
        if (expected_version) return ExpectedVersion{.stream = stream, .version = *expected_version};
        return std::nullopt;
    }
};

constexpr std::size_t command_bytes_max = 16U << 20U;

void print_error(std::string_view json) {
    print_document(fmt::format(R"({{"error":{}}})", json));
}

ExitCode print_receipt(const kernel::AnyKernel& kernel, const journal::Receipt& receipt) {
    const auto events = kernel.events({.from = receipt.first, .at_most = receipt.count});
    if (!events) return report_error(events.error());
    print_document(fmt::format(R"({{"command_id":"{}","first_sequence":{},"count":{},"events":{}}})",
                               to_text(receipt.command), receipt.first, receipt.count, to_json_array(*events)));
    return ExitCode::success;
}

ExitCode report_refusal(const ProgramDomain& domain, const kernel::SubmitError& error) {
    if (const auto* failure = std::get_if<journal::Failure>(&error)) return report_error(*failure);
    const std::string json = kernel::to_json(error);
    Explanation explained = domain.explain ? domain.explain(json) : Explanation{};
    if (explained.what.empty()) explained = explain_refusal(json);
    return report_error(explained.what, explained.remedy);
}

ExitCode submit_to(const ProgramDomain& domain, journal::Journal& journal, kernel::CommandRequest request) {
    const auto kernel = domain.entry->open(journal, &kernel::now);
    if (!kernel) return report_error(kernel.error());
    const auto receipt = (*kernel)->submit(std::move(request));
    if (receipt) return print_receipt(**kernel, *receipt);
    print_error(kernel::to_json(receipt.error()));
    return report_refusal(domain, receipt.error());
}

/// Rejects text that is not a command before it opens the journal, so that no journal is created for it.
ExitCode submit(const Invocation& invocation, const SubmitOptions& options) {
    auto input = InputReader::open(options.input);
    if (!input) return report_error(input.error(), "check the name of the file");
    const auto text = read_whole(*input, command_bytes_max);
    if (!text) return report_error(text.error());
    const auto domain = invocation.domain();
    if (!domain) return domain.error();
    auto request = (*domain)->entry->parse_command(*text);
    if (!request) {
        print_error(request.error().json);
        return report_error(fmt::format("{}: {}", input->name(), request.error().message), request.error().remedy);
    }
    if (auto expectation = options.expectation()) request->expectation = std::move(*expectation);
    if (request->actor == Actor::system && !options.as_system) {
        print_error(R"({"class":"invalid","type":"NotPermitted","actor":"system"})");
        return report_error(fmt::format("{}: the actor is 'system', who may submit every command", input->name()),
                            "name the actor on whose behalf it is, or pass --as-system to repair a journal by hand");
    }
    return invocation.with_journal_of((*domain)->entry->name, JournalAccess::create, [&](journal::Journal& journal) {
        return submit_to(**domain, journal, std::move(*request));
    });
}

RunVerb declare_submit(OptionSet& set) {
    auto options = std::make_shared<SubmitOptions>();
    set.text("INPUT", options->input, "The file to read (default, or -: standard input)");
    const auto head = set.number("--expected-head EVENT", options->expected_head,
                                 "Refuse the command unless this is the last event of the journal");
    auto version = set.number("--expected-version VERSION", options->expected_version,
                              "Refuse the command unless the stream has this many events");
    version.needs(set.text("--stream NAME", options->stream, "The stream of --expected-version").needs(version));
    version.excludes(head);
    set.flag("--as-system", options->as_system, "Accept the actor system, who may submit every command");
    return [options](const Invocation& invocation) { return submit(invocation, *options); };
}

} // namespace

const Verb submit_verb{
    .name = "submit",
    .summary = "Submit one command, given as JSON",
    .details =
        "The input is a command:\n"
        "\n"
        "  {\"type\": \"CreateProject\", \"project\": \"<uuid>\", \"title\": \"...\", \"root\": \"/...\"}\n"
        "\n"
        "or a command in an envelope, of which only body is required. Other fields are refused.\n"
        "\n"
        "  {\"command_id\": \"<uuid>\", \"actor\": \"user\", \"at\": \"2026-11-21T02:12:00.000Z\", \"cause\": 17,\n"
        "   \"correlation\": \"<uuid>\", \"expectation\": {\"type\": \"ExpectedHead\", \"head\": 40},\n"
        "   \"body\": {\"type\": ...}}\n"
        "\n"
        "command_id   submitting the same command_id and body again returns the same receipt (default: a new id)\n"
        "actor        on whose behalf: user, agent, reactor, provider, or system with --as-system (default: user)\n"
        "at           the time (default: now)\n"
        "cause        the sequence of the event that led to this command\n"
        "correlation  the id of the first command of a chain of causes\n"
        "expectation  refuses the command if other events came first: ExpectedHead with the head, the sequence of the\n"
        "             last event; or ExpectedVersion with a stream and its version, the number of its events.\n"
        "             --expected-head and --expected-version replace it. A repeated command is not checked again.\n"
        "\n"
        "Prints {command_id, first_sequence, count, events}. If the command is refused, prints\n"
        "{error: {class, type, ...}} and exits with status 1. `evenfold commands` lists all commands.",
    .may_create = true,
    .declare = &declare_submit};

} // namespace evenfold::cli
