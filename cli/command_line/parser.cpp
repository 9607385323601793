#include "evenfold/cli/command_line/parser.hpp"

#include <CLI/CLI.hpp>

#include "evenfold/cli/command_line/usage_error.hpp"
#include "evenfold/cli/command_line/verbs.hpp"

namespace evenfold::cli {

std::optional<Exit> parse(int argc, char** argv, Line& line) {
    CLI::App app("evenfold: a durable, replayable record of what coding agents say and do");
    app.set_version_flag("--version", "evenfold " EVENFOLD_VERSION);
    app.require_subcommand(1);
    add_run(app, line);
    add_ingest(app, line);
    add_transcript(app, line);
    add_model(app, line);
    add_log(app, line);
    add_replay(app, line);
    add_bench(app, line);
    add_submit(app, line);
    add_threads(app, line);
    add_checkpoints(app, line);
    add_diff(app, line);
    add_revert(app, line);
    add_commit(app, line);
    app.add_subcommand("commands", "List the commands that submit takes, with their fields");
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& asked) {
        app.exit(asked); // prints it: help, or the version
        return Exit::success;
    } catch (const CLI::ParseError& error) {
        return refuse(error, argc > 1 ? argv[1] : "");
    }
    for (const std::string_view name : verbs) {
        if (app.got_subcommand(std::string(name))) line.verb = name;
    }
    return std::nullopt;
}

} // namespace evenfold::cli
