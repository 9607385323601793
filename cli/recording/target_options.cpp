#include "evenfold/cli/recording/target_options.hpp"

#include "evenfold/providers/formats.hpp"

namespace evenfold::cli {

void add_target_options(OptionSet& set, TargetOptions& target) {
    set.text("--project DIR", target.project, "The directory of the project (default: the current directory)");
    set.text("--thread NAME", target.thread, "The name of the thread (default: main)");
}

void add_max_file_option(OptionSet& set, std::uint32_t& file_mib_max) {
    set.number("--max-file MIB", file_mib_max, "Leave larger files out of checkpoints and commits (default: 100)")
        .between(1U, 1U << 20U);
}

std::vector<std::string> known_formats() {
    const std::vector<std::string_view> names = providers::format_names();
    return {names.begin(), names.end()};
}

} // namespace evenfold::cli
