#include <fmt/core.h>

#include "evenfold/cli/output/json_printer.hpp"
#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/output/resolve_sequence.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/kernel/any_kernel.hpp"

namespace evenfold::cli {
namespace {

struct ModelOptions {
    std::optional<Sequence> at;
    bool json = false;
};

ExitCode print_model(const ProgramDomain& domain, journal::Journal& journal, const ModelOptions& options) {
    if (!options.json && domain.print_model) return domain.print_model(journal, options.at);
    const auto at = resolve_sequence(journal, options.at);
    if (!at) return at.error();
    const auto model = domain.entry->model_at(journal, *at);
    if (!model) return report_error(model.error());
    if (!options.json) write_to_stdout("after event {}, digest {}\n", model->sequence, model->digest);
    JsonPrinter printer(JsonLayout::indented);
    if (options.json)
        model->write_json([&](std::string_view piece) { printer.write(piece); });
    else
        model->write_model([&](std::string_view piece) { printer.write(piece); });
    printer.end();
    return ExitCode::success;
}

RunVerb declare_model(OptionSet& set) {
    auto options = std::make_shared<ModelOptions>();
    set.number("--at EVENT", options->at, "The state after this event (default: the last event)").at_least(0);
    set.flag("--json", options->json, "Print JSON");
    return [options](const Invocation& invocation) {
        return invocation.with_journal(JournalAccess::read_only,
                                       [&](const ProgramDomain& domain, journal::Journal& journal) {
                                           return print_model(domain, journal, *options);
                                       });
    };
}

} // namespace

const Verb model_verb{
    .name = "model",
    .summary = "Show the read model, now or after an earlier event",
    .details =
        "With --json: {sequence, digest, model, outstanding}. model is complete and in canonical order; outstanding\n"
        "lists the effects that are not complete.",
    .declare = &declare_model};

} // namespace evenfold::cli
