#include "evenfold/cli/recording/target_options.hpp"

#include "evenfold/providers/formats.hpp"

namespace evenfold::cli {

void add_target_options(OptionSet& set, TargetOptions& target) {
    set.text("--project", target.project, "The project's folder [this folder]");
    set.text("--thread", target.thread, "The thread's name [main]");
}

std::vector<std::string> known_formats() {
    const std::vector<std::string_view> names = providers::format_names();
    return {names.begin(), names.end()};
}

} // namespace evenfold::cli
