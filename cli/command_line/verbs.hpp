/// The verbs of the command line: their options and help texts.
/// Shape: each function adds a verb, or two that belong together, to `app`. Their options are stored in `line`, which
/// must outlive `app`. Help lists verbs in the order in which they were added.
#pragma once

#include "evenfold/cli/command_line/line.hpp"

namespace CLI {
class App;
} // namespace CLI

namespace evenfold::cli {

/// Adds a verb with the option --db, and returns it.
CLI::App* verb(CLI::App& app, Line& line, const char* name, const char* what, const char* more);

// Verbs that record, and those that work on the files of a project, in project_verbs.cpp.

void add_run(CLI::App& app, Line& line);
void add_ingest(CLI::App& app, Line& line);
void add_submit(CLI::App& app, Line& line);
void add_checkpoints(CLI::App& app, Line& line);
void add_diff(CLI::App& app, Line& line);
void add_revert(CLI::App& app, Line& line);
void add_commit(CLI::App& app, Line& line);

// Verbs that read the journal, in journal_verbs.cpp.

void add_transcript(CLI::App& app, Line& line);
void add_model(CLI::App& app, Line& line);
void add_log(CLI::App& app, Line& line);
void add_replay(CLI::App& app, Line& line);
void add_bench(CLI::App& app, Line& line);
void add_threads(CLI::App& app, Line& line);

} // namespace evenfold::cli
