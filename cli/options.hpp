/// What each verb of the program is asked to do: the command line, parsed.
/// Shapes: absent options are empty; `-` or nothing for an input is standard input.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "evenfold/core/events/events.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::cli {

/// A thread of a project, by the names that a person gave. Empty: this folder, and `main`.
struct PlaceOptions {
    std::string project; // folder
    std::string thread;  // name
};

struct IngestOptions {
    PlaceOptions place;
    std::string format; // empty: detect
    std::string input;
    bool acks = false;
    bool json = false;
};

struct TranscriptOptions {
    std::string thread; // id or name; empty: all
    std::optional<Sequence> at;
    bool json = false;
};

struct ModelOptions {
    std::optional<Sequence> at;
    bool json = false;
};

struct LogOptions {
    Sequence from = 1;
    std::string stream; // empty: all
    bool json = false;
    bool follow = false;
};

struct ReplayOptions {
    bool json = false;
};

struct BenchOptions {
    std::optional<std::string> database; // absent: the mix
    std::optional<std::uint64_t> events; // absent: all of the journal, or so many as the verb says of the mix
    std::string compare;                 // a file; empty: with nothing
    double factor = 1.25;
    std::string html; // a file; empty: none
    bool json = false;
};

struct SubmitOptions {
    std::string input;
};

struct RunOptions {
    PlaceOptions place;
    std::string format; // empty: found in the output
    std::optional<std::string> prompt;
    std::uint32_t silence_s = 0; // 0: for ever
    bool no_checkpoints = false;
    bool json = false;
    std::vector<std::string> command;
};

struct ThreadsOptions {
    bool json = false;
};

struct CheckpointsOptions {
    std::string thread; // id or name; empty: all
    bool json = false;
};

struct CheckpointOptions {
    PlaceOptions place;
    std::string label;
    bool json = false;
};

struct DiffOptions {
    std::string from;
    std::string to; // empty: the files as they are
    bool json = false;
};

struct RevertOptions {
    std::string checkpoint;
    bool json = false;
};

struct CommitOptions {
    PlaceOptions place;
    std::string message;
    std::string checkpoint; // empty: the files as they are
    bool json = false;
};

/// What the program ends with.
enum class Exit : int {
    success = 0,
    refused = 1, // the input, or what it asks, is at fault
    usage = 2,   // the command line is
    failure = 3  // the environment failed: a disk, a file, another process; see system::exit_code_of
};

/// Opens the journal and runs what it is given on it; answers what that answers, or how the program ends without one.
using WithJournal = std::function<Exit(const std::function<Exit(journal::Journal&)>&)>;

} // namespace evenfold::cli
