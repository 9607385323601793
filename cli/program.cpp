#include "evenfold/cli/program.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <system_error>

#include "evenfold/cli/command_line/parser.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/verbs/table.hpp"

namespace evenfold::cli {
namespace {

constexpr std::string_view kept = "all events recorded so far are in the journal";

/// Reports an error if no journal can exist at `database`. Returns nothing if one can.
std::optional<ExitCode> check_location(const std::string& database) {
    if (database.empty())
        return report_error("'' is not a valid --db value: expected the name of a file", "name a file, or omit --db",
                            ExitCode::usage);
    const std::filesystem::path folder = std::filesystem::path(database).parent_path();
    std::error_code ignored;
    if (folder.empty() || std::filesystem::exists(folder, ignored) || ignored) return std::nullopt;
    return report_error(fmt::format("{}: the directory {} does not exist", database, folder.string()),
                        "create the directory, or choose another file with --db", ExitCode::failure);
}

/// Reports an error if the verb does not support the domain that the command line names. Returns nothing if it does.
std::optional<ExitCode> check_domain(const Verb& verb, const std::string& domain) {
    if (domain.empty() || verb.domain.empty() || verb.domain == domain) return std::nullopt;
    return report_error(fmt::format("'{}' supports only the domain {}, not '{}'", verb.name, verb.domain, domain),
                        "omit --domain, or use a verb that supports any domain, such as submit, log or model",
                        ExitCode::usage);
}

/// Reports an error without allocating, because the error may be that memory is exhausted.
void report_without_memory(std::string_view what, std::string_view why) {
    for (const std::string_view part : {std::string_view("evenfold: "), what, why, std::string_view("\n  "), kept})
        write_to_stderr(part);
    write_to_stderr("\n");
}

ExitCode finish(ExitCode exit) {
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return exit;
    return report_error("cannot write to standard output", kept, ExitCode::failure);
}

ExitCode run_line(int argc, const char* const* argv, const Program& program) {
    auto line = parse(verb_table, argc, argv, program);
    // Parsing prints help and the version to standard output, and nothing if it fails.
    if (!line) return line.error() == ExitCode::success ? finish(line.error()) : line.error();
    const Verb& verb = *line->verb;
    if (program.before_verb) program.before_verb(verb.name);
    if (const auto stop = check_domain(verb, line->selection.domain)) return *stop;
    if (verb.journal == JournalUse::only_if_named && !line->selection.has_database)
        line->selection.database.clear();
    else if (const auto stop = check_location(line->selection.database))
        return *stop;
    return finish(line->run(Invocation(program, line->selection)));
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
