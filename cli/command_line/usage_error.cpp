#include "evenfold/cli/command_line/usage_error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/verbs/table.hpp"

namespace evenfold::cli {

ExitCode report_usage_error(const std::exception& error, std::string_view first) {
    std::vector<std::string_view> names;
    for (const Verb* verb : verb_table) names.push_back(verb->name);
    const bool is_verb = std::ranges::find(names, first) != names.end();
    if (is_verb || first.empty() || first.starts_with('-')) {
        return report_error(error.what(), "--help tells what is understood", ExitCode::usage);
    }
    return report_error(fmt::format("there is no verb '{}'", first),
                        fmt::format("the verbs are {}", fmt::join(names, ", ")), ExitCode::usage);
}

} // namespace evenfold::cli
