#include "evenfold/cli/command_line/usage_error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "evenfold/cli/output/report.hpp"

namespace evenfold::cli {
namespace {

/// Returns `text` with the first `from` replaced by `to`.
std::string replace_first(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

constexpr std::string_view extra_argument = "The following argument was not expected: ";
constexpr std::string_view extra_arguments = "The following arguments were not expected: "; // in reverse order

/// Returns the library's message in plain words.
std::string usage_message(const std::string& message) {
    const std::string option = message.substr(0, message.find_first_of(": ")); // that most messages begin with
    if (message.starts_with(extra_argument))
        return fmt::format("unexpected argument '{}'", message.substr(extra_argument.size()));
    if (message.starts_with(extra_arguments))
        return fmt::format("unexpected argument '{}'", message.substr(message.rfind(' ') + 1));
    if (message == "A subcommand is required") return "no verb given";
    if (message.ends_with(" is required")) return fmt::format("missing argument {}", option);
    if (message.ends_with(" missing")) return fmt::format("{} needs a value", option);
    if (message.starts_with(option + ": "))
        return replace_first(message.substr(option.size() + 2), "a valid value",
                             fmt::format("a valid {} value", option));
    return replace_first(message, " excludes ", " cannot be used together with ");
}

} // namespace

ExitCode
report_usage_error(const std::exception& error, std::string_view first_word, std::span<const Verb* const> verbs) {
    std::vector<std::string_view> names;
    for (const Verb* verb : verbs) names.push_back(verb->name);
    if (std::ranges::find(names, first_word) != names.end()) {
        return report_error(usage_message(error.what()),
                            fmt::format("`evenfold {} --help` describes the options", first_word), ExitCode::usage);
    }
    const std::string remedy =
        fmt::format("the verbs are {}; `evenfold --help` describes them", fmt::join(names, ", "));
    if (first_word.empty() || first_word.starts_with('-'))
        return report_error(usage_message(error.what()), remedy, ExitCode::usage);
    return report_error(fmt::format("'{}' is not a verb of evenfold", first_word), remedy, ExitCode::usage);
}

} // namespace evenfold::cli
