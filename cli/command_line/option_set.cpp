#include "evenfold/cli/command_line/option_set.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace evenfold::cli {
namespace {

std::string invalid_value(const std::string& text, std::string_view expected) {
    return fmt::format("'{}' is not a valid value: expected {}", text, expected);
}

/// Accepts integers in a range. Replaces CLI::Range, because that clamps a number that overflows to the maximum.
CLI::Validator integer_between(std::uint64_t least, std::uint64_t most) {
    constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();
    return {[=](const std::string& text) -> std::string {
                std::uint64_t number = 0;
                const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
                const bool is_integer = error == std::errc() && end == text.data() + text.size();
                if (is_integer && number >= least && number <= most) return "";
                if (most < unlimited) return invalid_value(text, fmt::format("an integer from {} to {}", least, most));
                if (error == std::errc::result_out_of_range)
                    return invalid_value(text, fmt::format("an integer <= {}", unlimited));
                return invalid_value(text, fmt::format("an integer >= {}", least));
            },
            ""};
}

CLI::Validator number_between(double least, double most) {
    return {[=](const std::string& text) -> std::string {
                double number = 0;
                const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
                const bool is_number = error == std::errc() && end == text.data() + text.size();
                if (is_number && number >= least && number <= most) return "";
                return invalid_value(text, fmt::format("a number from {} to {}", least, most));
            },
            ""};
}

CLI::Validator member_of(std::vector<std::string> values) {
    return {[values = std::move(values)](const std::string& text) -> std::string {
                if (std::ranges::find(values, text) != values.end()) return "";
                return invalid_value(text, fmt::format("{}", fmt::join(values, " or ")));
            },
            ""};
}

/// Splits `--at EVENT` into the names of the option and the word for its value in the help. Declares the option with
/// `add(names)`.
template <class Add>
DeclaredOption declare_option(const std::string& usage, Add add) {
    const std::size_t space = std::min(usage.find(' '), usage.size());
    CLI::Option* option = add(usage.substr(0, space));
    if (space < usage.size()) option->option_text(usage.substr(space + 1));
    return DeclaredOption(option);
}

} // namespace

DeclaredOption& DeclaredOption::required() {
    option_->required();
    return *this;
}

DeclaredOption& DeclaredOption::at_least(std::uint64_t least) {
    option_->check(integer_between(least, std::numeric_limits<std::uint64_t>::max()));
    return *this;
}

DeclaredOption& DeclaredOption::between(std::uint32_t least, std::uint32_t most) {
    option_->check(integer_between(least, most));
    return *this;
}

DeclaredOption& DeclaredOption::between(double least, double most) {
    option_->check(number_between(least, most));
    return *this;
}

DeclaredOption& DeclaredOption::one_of(std::vector<std::string> values) {
    option_->check(member_of(std::move(values)));
    return *this;
}

DeclaredOption& DeclaredOption::needs(const DeclaredOption& other) {
    option_->needs(other.option_);
    return *this;
}

DeclaredOption& DeclaredOption::excludes(const DeclaredOption& other) {
    option_->excludes(other.option_);
    return *this;
}

DeclaredOption OptionSet::flag(const std::string& usage, bool& value, const std::string& help) {
    return declare_option(usage, [&](const std::string& names) { return verb_.add_flag(names, value, help); });
}
DeclaredOption OptionSet::text(const std::string& usage, std::string& value, const std::string& help) {
    return declare_option(usage, [&](const std::string& names) { return verb_.add_option(names, value, help); });
}
DeclaredOption OptionSet::text(const std::string& usage, std::optional<std::string>& value, const std::string& help) {
    return declare_option(usage, [&](const std::string& names) { return verb_.add_option(names, value, help); });
}
DeclaredOption OptionSet::texts(const std::string& usage, std::vector<std::string>& values, const std::string& help) {
    return declare_option(usage, [&](const std::string& names) { return verb_.add_option(names, values, help); });
}
DeclaredOption OptionSet::number(const std::string& usage, std::uint32_t& value, const std::string& help) {
    return declare_option(usage, [&](const std::string& names) { return verb_.add_option(names, value, help); });
}
DeclaredOption OptionSet::number(const std::string& usage, std::uint64_t& value, const std::string& help) {
    return declare_option(usage, [&](const std::string& names) { return verb_.add_option(names, value, help); });
}
DeclaredOption
OptionSet::number(const std::string& usage, std::optional<std::uint64_t>& value, const std::string& help) {
    return declare_option(usage, [&](const std::string& names) { return verb_.add_option(names, value, help); });
}
DeclaredOption OptionSet::number(const std::string& usage, double& value, const std::string& help) {
    return declare_option(usage, [&](const std::string& names) { return verb_.add_option(names, value, help); });
}

} // namespace evenfold::cli
