/// The program `evenfold`: calls the verb that the command line names, on the journal that it names.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include "evenfold/bench/allocations.hpp"
#include "evenfold/cli/command_line/parser.hpp"
#include "evenfold/cli/verbs/bench.hpp"
#include "evenfold/cli/verbs/checkpoints.hpp"
#include "evenfold/cli/verbs/commands.hpp"
#include "evenfold/cli/verbs/commit.hpp"
#include "evenfold/cli/verbs/diff.hpp"
#include "evenfold/cli/verbs/ingest.hpp"
#include "evenfold/cli/verbs/log.hpp"
#include "evenfold/cli/verbs/model.hpp"
#include "evenfold/cli/verbs/replay.hpp"
#include "evenfold/cli/verbs/revert.hpp"
#include "evenfold/cli/verbs/run.hpp"
#include "evenfold/cli/verbs/submit.hpp"
#include "evenfold/cli/verbs/threads.hpp"
#include "evenfold/cli/verbs/transcript.hpp"
#include "evenfold/cli/words/report.hpp"
#include "evenfold/journal/sqlite/sqlite_journal.hpp"
#include "evenfold/system/standard_streams.hpp"

namespace {

using namespace evenfold;
using namespace evenfold::cli;

std::string default_database() {
    const char* named = std::getenv("EVENFOLD_DB"); // NOLINT(concurrency-mt-unsafe): no thread runs yet
    return named && *named ? named : "evenfold.db";
}

using Access = journal::Access;

/// Runs `run` on the journal that the command line names.
template <class Run>
Exit with_journal(const Line& line, Access access, Run run) {
    auto journal = journal::open_sqlite_journal(line.database, access, {.domain = "orchestration"});
    if (!journal) return complain(journal.error());
    return run(**journal);
}

Exit run(const Line& line) {
    using journal::Journal;
    const WithJournal created = [&](const auto& go) {
        return with_journal(line, Access::create, [&go](Journal& journal) { return go(journal); });
    };
    const WithJournal writing = [&](const auto& go) {
        return with_journal(line, Access::read_write, [&go](Journal& journal) { return go(journal); });
    };
    if (line.verb == "run") return cli::run(created, line.database, line.run);
    if (line.verb == "ingest") return ingest(created, line.database, line.ingest);
    if (line.verb == "submit") return submit(created, line.submit);
    if (line.verb == "checkpoint") return checkpoint(created, line.database, line.checkpoint);
    if (line.verb == "commit") return commit(created, line.database, line.commit);
    if (line.verb == "revert") return revert(writing, line.database, line.revert);
    if (line.verb == "commands") return commands();
    if (line.verb == "transcript")
        return with_journal(line, Access::read_only,
                            [&](Journal& journal) { return transcript(journal, line.transcript); });
    if (line.verb == "threads")
        return with_journal(line, Access::read_only, [&](Journal& journal) { return threads(journal, line.threads); });
    if (line.verb == "checkpoints")
        return with_journal(line, Access::read_only,
                            [&](Journal& journal) { return checkpoints(journal, line.checkpoints); });
    if (line.verb == "diff")
        return with_journal(line, Access::read_only,
                            [&](Journal& journal) { return diff(journal, line.database, line.diff); });
    if (line.verb == "model")
        return with_journal(line, Access::read_only, [&](Journal& journal) { return model(journal, line.model); });
    if (line.verb == "log")
        return with_journal(line, Access::read_only, [&](Journal& journal) { return log(journal, line.log); });
    if (line.verb == "replay")
        return with_journal(line, Access::read_only, [&](Journal& journal) { return replay(journal, line.replay); });
    if (line.verb == "bench")
        return with_journal(line, Access::read_only,
                            [&](Journal& journal) { return cli::bench(&journal, line.bench); });
    return Exit::usage;
}

/// Why no journal can be where the command line wants it, told; or nothing.
std::optional<Exit> misplaced(const std::string& database) {
    if (database.empty()) return complain("--db names no file", "name one, or leave the option out", Exit::usage);
    const std::filesystem::path folder = std::filesystem::path(database).parent_path();
    std::error_code ignored;
    if (folder.empty() || std::filesystem::exists(folder, ignored) || ignored) return std::nullopt;
    return complain(fmt::format("{}: the folder {} is not there", database, folder.string()),
                    "make the folder first, or choose another --db", Exit::failure);
}

int finish(Exit exit) {
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
        exit = complain("standard output cannot be written", "what was recorded is kept", Exit::failure);
    }
    return static_cast<int>(exit);
}

} // namespace

int main(int argc, char** argv) try {
    system::open_closed_streams();
    Line line;
    line.database = default_database();
    // What parsing prints is help, or the version; a line that it refuses has nothing on standard output to be flushed.
    if (const auto exit = parse(argc, argv, line))
        return *exit == Exit::success ? finish(*exit) : static_cast<int>(*exit);
    evenfold::bench::count_allocations(line.verb == "bench");
    if (line.verb == "bench") {
        if (!line.bench.database) return finish(cli::bench(nullptr, line.bench));
        line.database = *line.bench.database;
    }
    if (const auto stop = misplaced(line.database)) return static_cast<int>(*stop);
    return finish(run(line));
} catch (const std::system_error& failure) { // the only thing that throws is printing
    to_terminal("evenfold: standard output cannot be written, what was recorded is kept: ");
    to_terminal(failure.code().message() + "\n");
    return static_cast<int>(Exit::failure);
} catch (const std::exception& failure) { // of the machine: no memory, most likely
    to_terminal("evenfold: cannot go on, what was recorded is kept: ");
    to_terminal(failure.what());
    to_terminal("\n");
    return static_cast<int>(Exit::failure);
}
