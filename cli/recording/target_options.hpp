/// The options of verbs that record into a thread.
/// Shape: an empty project means the current folder; an empty thread means the thread `main`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evenfold/cli/command_line/option_set.hpp"

namespace evenfold::cli {

/// The names of a project and of a thread, as the user typed them.
struct TargetOptions {
    std::string project; // folder
    std::string thread;  // name
};

/// Declares --project and --thread.
void add_target_options(OptionSet& set, TargetOptions& target);

/// Returns the values of --format.
[[nodiscard]] std::vector<std::string> known_formats();

} // namespace evenfold::cli
