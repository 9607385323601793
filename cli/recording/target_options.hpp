/// The options of verbs that record into a thread, and the name of the domain of these verbs.
/// Shape: empty names stand for this folder, and for the thread `main`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evenfold/cli/command_line/option_set.hpp"

namespace evenfold::cli {

/// A thread of a project, by the names that a person gave.
struct TargetOptions {
    std::string project; // folder
    std::string thread;  // name
};

/// Declares --project and --thread.
void add_target_options(OptionSet& set, TargetOptions& target);

/// Returns the values of --format.
[[nodiscard]] std::vector<std::string> known_formats();

} // namespace evenfold::cli
