/// The options of verbs that record into a thread.
/// Shape: an empty project means the current folder; an empty thread means the thread `main`.
#pragma once

#include <cstdint>
#include <string>
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

inline constexpr std::uint32_t file_mib_default = 100;

/// Declares --max-file.
void add_max_file_option(OptionSet& set, std::uint32_t& file_mib_max);

/// Returns the values of --format.
[[nodiscard]] std::vector<std::string> known_formats();

} // namespace evenfold::cli
