/// The parsed command line of the program: the verb, the journal, and the options of each verb.
/// Shape: options of verbs that were not named keep their defaults.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "evenfold/cli/options.hpp"

namespace evenfold::cli {

inline constexpr auto verbs =
    std::to_array<std::string_view>({"run", "ingest", "threads", "transcript", "checkpoint", "checkpoints", "diff",
                                     "revert", "commit", "model", "log", "replay", "bench", "submit", "commands"});

/// Everything that the command line can say.
struct Line {
    std::string verb;
    std::string database;
    RunOptions run;
    IngestOptions ingest;
    TranscriptOptions transcript;
    ModelOptions model;
    LogOptions log;
    ReplayOptions replay;
    BenchOptions bench;
    SubmitOptions submit;
    ThreadsOptions threads;
    CheckpointOptions checkpoint;
    CheckpointsOptions checkpoints;
    DiffOptions diff;
    RevertOptions revert;
    CommitOptions commit;
};

} // namespace evenfold::cli
