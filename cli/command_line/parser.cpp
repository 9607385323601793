#include "evenfold/cli/command_line/parser.hpp"

#include <CLI/CLI.hpp>

#include "evenfold/cli/command_line/usage_error.hpp"
#include "evenfold/cli/verbs/table.hpp"

namespace evenfold::cli {
namespace {

const char* database_help(JournalUse use) {
    return use == JournalUse::only_if_named ? "The journal, a SQLite file [none: the mix]"
                                            : "The journal, a SQLite file [evenfold.db here, or $EVENFOLD_DB]";
}

/// A verb and its subcommand in the parser.
struct DeclaredVerb {
    const Verb* verb;
    CLI::App* app;
    CLI::Option* database;
    RunVerb run;
};

DeclaredVerb
declare(CLI::App& app, const Verb& verb, Invocation::JournalSelection& names, const std::string& domain_help) {
    CLI::App* sub = app.add_subcommand(std::string(verb.name), std::string(verb.summary));
    sub->footer(std::string(verb.details));
    CLI::Option* database = sub->add_option("--db", names.database, database_help(verb.journal));
    if (verb.domain.empty()) sub->add_option("--domain", names.domain, domain_help);
    OptionSet set(*sub);
    return {.verb = &verb, .app = sub, .database = database, .run = verb.declare(set)};
}

} // namespace

std::expected<ParsedLine, ExitCode> parse(int argc, const char* const* argv, const Program& program) {
    Invocation::JournalSelection names{.database = program.default_database, .has_database = false, .domain = {}};
    CLI::App app("evenfold: a durable, replayable record of what coding agents say and do");
    app.set_version_flag("--version", "evenfold " EVENFOLD_VERSION);
    app.require_subcommand(1);
    const std::string of_new_journal =
        program.default_domain.empty() ? "" : "; " + std::string(program.default_domain) + " for a new one";
    const std::string domain_help = "The domain [that of the journal" + of_new_journal + "]";
    app.add_option("--domain", names.domain, domain_help);
    std::vector<DeclaredVerb> all;
    for (const Verb* verb : verb_table) all.push_back(declare(app, *verb, names, domain_help));
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& asked) {
        app.exit(asked); // prints it: help, or the version
        return std::unexpected(ExitCode::success);
    } catch (const CLI::ParseError& error) {
        return std::unexpected(report_usage_error(error, argc > 1 ? argv[1] : ""));
    }
    for (DeclaredVerb& one : all) {
        if (!one.app->parsed()) continue;
        names.has_database = one.database->count() > 0;
        return ParsedLine{.verb = one.verb, .run = std::move(one.run), .names = std::move(names)};
    }
    return std::unexpected(ExitCode::usage); // not reached, because a verb is required
}

} // namespace evenfold::cli
