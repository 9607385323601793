#include "evenfold/cli/command_line/usage_error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "evenfold/cli/command_line/line.hpp"
#include "evenfold/cli/words/report.hpp"

namespace evenfold::cli {

Exit refuse(const std::exception& error, std::string_view first) {
    const bool is_verb = std::ranges::find(verbs, first) != verbs.end();
    if (is_verb || first.empty() || first.starts_with('-')) {
        return complain(error.what(), "--help tells what is understood", Exit::usage);
    }
    return complain(fmt::format("there is no verb '{}'", first),
                    fmt::format("the verbs are {}", fmt::join(verbs, ", ")), Exit::usage);
}

} // namespace evenfold::cli
