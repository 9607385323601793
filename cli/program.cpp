#include "evenfold/cli/program.hpp"

#include <fmt/format.h>

#include <exception>
#include <filesystem>
#include <system_error>

#include "evenfold/cli/command_line/parser.hpp"
#include "evenfold/cli/journals/database_name.hpp"
#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/project_journal.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/system/secrets/core_dumps.hpp"

namespace evenfold::cli {
namespace {

constexpr std::string_view kept = "all events recorded so far are in the journal";

/// Reports an error if no journal can exist at `database`. Returns nothing if one can.
std::optional<ExitCode> check_location(const std::string& database) {
    if (names_server(database)) return std::nullopt;
    if (database.empty())
        return report_error("'' is not a valid --db value: expected a file, or postgresql://...",
                            "name a file, or omit --db", ExitCode::usage);
    const std::filesystem::path folder = std::filesystem::path(database).parent_path();
    std::error_code ignored;
    if (folder.empty() || std::filesystem::exists(folder, ignored) || ignored) return std::nullopt;
    return report_error(fmt::format("{}: the directory {} does not exist", database, folder.string()),
                        "create the directory, or choose another file with --db", ExitCode::failure);
}

/// Completes the selection with the default journal, unless the command line names one or the verb needs none. Reports
/// an error if no journal can exist there. Returns nothing if one can.
std::optional<ExitCode>
select_journal(Invocation::JournalSelection& selection, const Verb& verb, const Program& program) {
    if (selection.has_database) return check_location(selection.database);
    if (verb.journal == JournalUse::only_if_named) return std::nullopt;
    selection.database = program.default_database;
    if (!selection.database.empty()) return check_location(selection.database);
    std::error_code error;
    const auto folder = std::filesystem::current_path(error);
    if (error) return report_error(system::failure_of(".", "find the current folder", error.value()));
    const auto found = find_project_journal(folder);
    if (!found) return report_error(found.error());
    selection.database = found->string();
    selection.is_of_project = true;
    return std::nullopt;
}

/// Reports an error if the verb does not support the domain that the command line names. Returns nothing if it does.
std::optional<ExitCode> check_domain(const Verb& verb, const std::string& domain) {
    if (domain.empty() || verb.domain.empty() || verb.domain == domain) return std::nullopt;
    return report_error(fmt::format("'{}' supports only the domain {}, not '{}'", verb.name, verb.domain, domain),
                        "omit --domain, or use a verb that supports any domain, such as submit, log or model",
                        ExitCode::usage);
}

/// Takes the secrets out of the environment before other programs are started, which must not inherit them.
GivenKeys given_keys(const Invocation::JournalSelection& selection) {
    journal::keys::KeySources sources;
    if (!selection.keys.empty()) sources.folder = selection.keys;
    sources.development_key = selection.development_key;
    return journal::keys::read_key_ring(sources);
}

/// Reports an error without allocating, because the error may be that memory is exhausted.
void report_without_memory(std::string_view what, std::string_view why) {
    for (const std::string_view part : {std::string_view("evenfold: "), what, why, std::string_view("\n  "), kept})
        write_to_stderr(part);
    write_to_stderr("\n");
}

ExitCode finish(ExitCode exit) {
    if (flush_stdout()) return exit;
    return report_error("cannot write to standard output", kept, ExitCode::failure);
}

ExitCode run_line(int argc, const char* const* argv, const Program& program) {
    auto line = parse(verb_table, argc, argv, program);
    // Parsing prints help and the version to standard output, and nothing if it fails.
    if (!line) return line.error() == ExitCode::success ? finish(line.error()) : line.error();
    const Verb& verb = *line->verb;
    if (program.before_verb) program.before_verb(verb.name);
    if (const auto stop = check_domain(verb, line->selection.domain)) return *stop;
    if (const auto stop = select_journal(line->selection, verb, program)) return *stop;
    GivenKeys keys = given_keys(line->selection);
    if (keys && !keys->keys().empty()) {
        if (const auto forbidden = system::forbid_core_dumps(); !forbidden) return report_error(forbidden.error());
    }
    if (keys && keys->has_development_key())
        write_to_stderr("evenfold: the development key is published: anybody can sign with it, so its signatures "
                        "prove nothing\n");
    return finish(line->run(Invocation(program, line->selection, std::move(keys))));
}

} // namespace

ExitCode run_program(int argc, const char* const* argv, const Program& program) try {
    return run_line(argc, argv, program);
} catch (const std::system_error& failure) { // only printing throws these
    report_without_memory("cannot write to standard output: ", failure.code().message());
    return ExitCode::failure;
} catch (const std::exception& failure) { // most likely out of memory
    report_without_memory("unexpected error: ", failure.what());
    return ExitCode::failure;
}

} // namespace evenfold::cli
