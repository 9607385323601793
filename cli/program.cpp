#include "evenfold/cli/program.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <system_error>

#include "evenfold/cli/command_line/parser.hpp"
#include "evenfold/cli/output/report.hpp"

namespace evenfold::cli {
namespace {

/// Reports an error if no journal can exist at `database`. Returns nothing if one can.
std::optional<ExitCode> check_location(const std::string& database) {
    if (database.empty())
        return report_error("--db names no file", "name one, or leave the option out", ExitCode::usage);
    const std::filesystem::path folder = std::filesystem::path(database).parent_path();
    std::error_code ignored;
    if (folder.empty() || std::filesystem::exists(folder, ignored) || ignored) return std::nullopt;
    return report_error(fmt::format("{}: the folder {} is not there", database, folder.string()),
                        "make the folder first, or choose another --db", ExitCode::failure);
}

/// Reports an error if the verb does not support the domain that the command line names. Returns nothing if it does.
std::optional<ExitCode> check_domain(const Verb& verb, const std::string& domain) {
    if (domain.empty() || verb.domain.empty() || verb.domain == domain) return std::nullopt;
    return report_error(
        fmt::format("{} works on the domain {} only, and --domain names '{}'", verb.name, verb.domain, domain),
        fmt::format("leave --domain out, or use a verb for any domain, such as submit, log or model"), ExitCode::usage);
}

ExitCode finish(ExitCode exit) {
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return exit;
    return report_error("standard output cannot be written", "what was recorded is kept", ExitCode::failure);
}

ExitCode run_line(int argc, const char* const* argv, const Program& program) {
    auto line = parse(argc, argv, program);
    // Parsing prints help and the version to standard output, and nothing if it fails.
    if (!line) return line.error() == ExitCode::success ? finish(line.error()) : line.error();
    const Verb& verb = *line->verb;
    if (program.before_verb) program.before_verb(verb.name);
    if (const auto stop = check_domain(verb, line->names.domain)) return *stop;
    if (verb.journal == JournalUse::only_if_named && !line->names.has_database)
        line->names.database.clear();
    else if (const auto stop = check_location(line->names.database))
        return *stop;
    return finish(line->run(Invocation(program, line->names)));
}

} // namespace

ExitCode run_program(int argc, const char* const* argv, const Program& program) try {
    return run_line(argc, argv, program);
} catch (const std::system_error& failure) { // only printing throws these
    write_to_stderr("evenfold: standard output cannot be written, what was recorded is kept: ");
    write_to_stderr(failure.code().message() + "\n");
    return ExitCode::failure;
} catch (const std::exception& failure) { // most likely out of memory
    write_to_stderr("evenfold: cannot go on, what was recorded is kept: ");
    write_to_stderr(failure.what());
    write_to_stderr("\n");
    return ExitCode::failure;
}

} // namespace evenfold::cli
