#include "evenfold/cli/command_line/option_set.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <charconv>

#include "evenfold/cli/output/report.hpp"

namespace evenfold::cli {
namespace {

/// Accepts whole numbers that fit into 64 bits. Replaces the checks of the parser's library, because those clamp a
/// number that overflows to the maximum.
CLI::Validator whole_number_from(std::uint64_t least) {
    return {[least](const std::string& text) -> std::string {
                std::uint64_t number = 0;
                const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
                const bool is_number = error == std::errc() && end == text.data() + text.size() && number >= least;
                return is_number ? "" : fmt::format("{} is no whole number from {} on", printable(text), least);
            },
            "NUMBER"};
}

} // namespace

DeclaredOption& DeclaredOption::required() {
    option_->required();
    return *this;
}

DeclaredOption& DeclaredOption::at_least(std::uint64_t least) {
    option_->check(whole_number_from(least));
    return *this;
}

DeclaredOption& DeclaredOption::between(std::uint32_t least, std::uint32_t most) {
    option_->check(CLI::Range(least, most));
    return *this;
}

DeclaredOption& DeclaredOption::between(double least, double most) {
    option_->check(CLI::Range(least, most));
    return *this;
}

DeclaredOption& DeclaredOption::one_of(std::vector<std::string> values) {
    option_->check(CLI::IsMember(std::move(values)));
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

DeclaredOption OptionSet::flag(const std::string& names, bool& value, const std::string& help) {
    return DeclaredOption(verb_.add_flag(names, value, help));
}
DeclaredOption OptionSet::text(const std::string& names, std::string& value, const std::string& help) {
    return DeclaredOption(verb_.add_option(names, value, help));
}
DeclaredOption OptionSet::text(const std::string& names, std::optional<std::string>& value, const std::string& help) {
    return DeclaredOption(verb_.add_option(names, value, help));
}
DeclaredOption OptionSet::texts(const std::string& names, std::vector<std::string>& values, const std::string& help) {
    return DeclaredOption(verb_.add_option(names, values, help));
}
DeclaredOption OptionSet::number(const std::string& names, std::uint32_t& value, const std::string& help) {
    return DeclaredOption(verb_.add_option(names, value, help));
}
DeclaredOption OptionSet::number(const std::string& names, std::uint64_t& value, const std::string& help) {
    return DeclaredOption(verb_.add_option(names, value, help));
}
DeclaredOption
OptionSet::number(const std::string& names, std::optional<std::uint64_t>& value, const std::string& help) {
    return DeclaredOption(verb_.add_option(names, value, help));
}
DeclaredOption OptionSet::number(const std::string& names, double& value, const std::string& help) {
    return DeclaredOption(verb_.add_option(names, value, help));
}

} // namespace evenfold::cli
