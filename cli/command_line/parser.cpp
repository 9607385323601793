#include "evenfold/cli/command_line/parser.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <charconv>
#include <string>
#include <system_error>

#include "evenfold/cli/command_line/usage_error.hpp"
#include "evenfold/version.hpp"

namespace evenfold::cli {
namespace {

constexpr std::uint32_t new_journal_mode = 0600;

const char* database_help(JournalUse use) {
    return use == JournalUse::only_if_named
               ? "The journal: an SQLite file, or postgresql://... (default: none, generated events)"
               : "The journal: an SQLite file, or postgresql://... (default: $EVENFOLD_DB, else that of the project)";
}

/// Prints an option as `--at EVENT`. The library would add the C++ type of the value and the restrictions.
class HelpLayout : public CLI::Formatter {
public:
    HelpLayout() {
        column_width(26);
        label("Positionals", "Arguments");
        label("SUBCOMMAND", "VERB");
    }
    std::string make_option_opts(const CLI::Option* option) const override {
        return option->get_option_text().empty() ? "" : " " + option->get_option_text();
    }
};

/// Replaces the octal `text` by the decimal that the option reads. Returns an error, or nothing. The owner must be able
/// to read and write, and nobody may execute.
std::string to_permissions(std::string& text) {
    std::uint32_t mode = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
    const bool is_number = error == std::errc() && end == text.data() + text.size();
    if (!is_number || (mode & 0600U) != 0600U || (mode & ~0666U) != 0)
        return "'" + text + "' is not a valid --mode: expected octal digits from 600 to 666, such as 600 or 660";
    text = std::to_string(mode);
    return {};
}

/// A verb and its subcommand in the parser.
struct DeclaredVerb {
    const Verb* verb;
    CLI::App* app;
    RunVerb run;
};

void declare_keys(CLI::App& app, Invocation::JournalSelection& selection) {
    app.add_option("--keys", selection.keys, "The folder of the journal's secrets (default: $EVENFOLD_KEYS)")
        ->option_text("DIR");
    app.add_flag("--development-key", selection.development_key,
                 "Sign with a published key, for tries: its signatures prove nothing");
    app.add_option("--signing-key", selection.signing_key,
                   "The folder of the key that signs heads (default: $EVENFOLD_SIGNING_KEY)")
        ->option_text("DIR");
}

DeclaredVerb
declare(CLI::App& app, const Verb& verb, Invocation::JournalSelection& selection, const std::string& domain_help) {
    CLI::App* sub = app.add_subcommand(std::string(verb.name), std::string(verb.summary));
    sub->group("Verbs");
    sub->set_help_flag("-h,--help", "Print this help and exit");
    sub->footer(std::string(verb.details));
    sub->add_option("--db", selection.database, database_help(verb.journal))->option_text("JOURNAL");
    if (verb.may_create) {
        sub->add_option("--mode", selection.mode, "The permissions of a new journal, in octal (default: 600)")
            ->transform(CLI::Validator(&to_permissions, "OCTAL"))
            ->option_text("OCTAL");
    }
    if (verb.may_create)
        sub->add_option("--origin", selection.origin, "The name of a new journal, which signed heads bear")
            ->option_text("NAME");
    if (verb.takes_keys) declare_keys(*sub, selection);
    if (verb.domain.empty()) sub->add_option("--domain", selection.domain, domain_help)->option_text("NAME");
    OptionSet set(*sub);
    return {.verb = &verb, .app = sub, .run = verb.declare(set)};
}

} // namespace

std::expected<ParsedLine, ExitCode>
parse(std::span<const Verb* const> verbs, int argc, const char* const* argv, const Program& program) {
    Invocation::JournalSelection selection{.database = {},
                                           .has_database = false,
                                           .is_of_project = false,
                                           .domain = {},
                                           .mode = new_journal_mode,
                                           .origin = {},
                                           .keys = {},
                                           .development_key = false,
                                           .signing_key = program.default_signing_key};
    CLI::App app("evenfold keeps a durable, replayable record of the work of coding agents.", "evenfold");
    app.formatter(std::make_shared<HelpLayout>());
    app.set_help_flag("-h,--help", "Print this help and exit");
    app.set_version_flag("--version", fmt::format("evenfold {}", library_version), "Print the version and exit");
    app.require_subcommand(1);
    std::string footer = "`evenfold VERB --help` describes a verb and its options.\n\nExit status:\n";
    for (const ExitCodeMeaning& one : exit_table)
        footer += fmt::format("  {}  {}\n", static_cast<int>(one.exit), one.meaning);
    app.footer(footer);
    const std::string of_new_journal =
        program.default_domain.empty() ? "" : "; for a new one, " + std::string(program.default_domain);
    const std::string domain_help = "The domain (default: that of the journal" + of_new_journal + ")";
    app.add_option("--domain", selection.domain, domain_help)->option_text("NAME");
    const CLI::Option* database =
        app.add_option("--db", selection.database, database_help(JournalUse::by_default))->option_text("JOURNAL");
    declare_keys(app, selection);
    std::vector<DeclaredVerb> all;
    for (const Verb* verb : verbs) all.push_back(declare(app, *verb, selection, domain_help));
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& requested) {
        app.exit(requested); // prints help, or the version
        return std::unexpected(ExitCode::success);
    } catch (const CLI::ParseError& error) {
        return std::unexpected(report_usage_error(error, argc > 1 ? argv[1] : "", verbs));
    }
    for (DeclaredVerb& one : all) {
        if (!one.app->parsed()) continue;
        selection.has_database = database->count() > 0 || one.app->count("--db") > 0;
        return ParsedLine{.verb = one.verb, .run = std::move(one.run), .selection = std::move(selection)};
    }
    return std::unexpected(ExitCode::usage); // not reached, because a verb is required
}

} // namespace evenfold::cli
