/// What each verb of the program is asked to do: the command line, parsed.
/// Shapes: absent options are empty; `-` or nothing for an input is standard input.
#pragma once

#include <optional>
#include <string>

#include "evenfold/core/events/events.hpp"

namespace evenfold::cli {

struct IngestOptions {
    std::string project; // folder
    std::string thread;  // name
    std::string format;  // empty: detect
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

struct SubmitOptions {
    std::string input;
    std::string actor;
};

/// What the program ends with.
enum class Exit : int {
    success = 0,
    refused = 1, // the input, or what it asks, is at fault
    usage = 2,   // the command line is
    failure = 3  // the world broke: a disk, a file, another process
};

} // namespace evenfold::cli
