#include <fmt/core.h>

#include "evenfold/cli/output/json_printer.hpp"
#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/kernel/any_kernel.hpp"

namespace evenfold::cli {
namespace {

struct CommandsOptions {
    bool json = false;
};

ExitCode print_commands(const kernel::DomainEntry& domain, const CommandsOptions& options) {
    if (options.json)
        print_document(domain.description());
    else
        write_to_stdout("{}", domain.describe_commands());
    return ExitCode::success;
}

RunVerb declare_commands(OptionSet& set) {
    auto options = std::make_shared<CommandsOptions>();
    set.flag("--json", options->json, "Print commands, events and errors as JSON");
    return [options](const Invocation& invocation) {
        const auto domain = invocation.domain();
        return domain ? print_commands(*(*domain)->entry, *options) : domain.error();
    };
}

} // namespace

const Verb commands_verb{.name = "commands",
                         .summary = "List the commands that submit accepts, with their fields",
                         .details = "With --json: {domain, commands, events, errors}. The last three are arrays of\n"
                                    "{name, fields: [{name, type, optional}]}; each command also has an example.",
                         .declare = &declare_commands};

} // namespace evenfold::cli
