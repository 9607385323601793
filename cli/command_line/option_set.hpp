/// The options of a verb, declared without the headers of the parser's library, which take a compiler more than 2 s per
/// file.
///
///     set.number("--from", options->from, "The first sequence to show [1]").at_least(1);
///     set.text("INPUT", options->input, "A file; standard input when absent or -");
///
/// Shapes: names are `--at`, `-m,--message`, or `INPUT` for a positional argument. Values must outlive the parsing; an
/// option that is absent from the command line leaves its value unchanged.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace CLI { // NOLINT(readability-identifier-naming): the library's name
class App;
class Option;
} // namespace CLI

namespace evenfold::cli {

/// A declared option, to be restricted.
class DeclaredOption {
public:
    explicit DeclaredOption(CLI::Option* option) : option_(option) {}

    /// Rejects command lines without it.
    DeclaredOption& required();
    /// Accepts whole numbers from `least` on that fit into 64 bits.
    DeclaredOption& at_least(std::uint64_t least);
    /// Accepts numbers in this range only.
    DeclaredOption& between(std::uint32_t least, std::uint32_t most);
    DeclaredOption& between(double least, double most);
    /// Accepts these values only.
    DeclaredOption& one_of(std::vector<std::string> values);
    /// Rejects command lines that do not have `other`, or that have it.
    DeclaredOption& needs(const DeclaredOption& other);
    DeclaredOption& excludes(const DeclaredOption& other);

private:
    CLI::Option* option_;
};

class OptionSet {
public:
    /// Declares into `verb`, which must outlive the set.
    explicit OptionSet(CLI::App& verb) : verb_(verb) {}

    DeclaredOption flag(const std::string& names, bool& value, const std::string& help);
    DeclaredOption text(const std::string& names, std::string& value, const std::string& help);
    DeclaredOption text(const std::string& names, std::optional<std::string>& value, const std::string& help);
    DeclaredOption texts(const std::string& names, std::vector<std::string>& values, const std::string& help);
    DeclaredOption number(const std::string& names, std::uint32_t& value, const std::string& help);
    DeclaredOption number(const std::string& names, std::uint64_t& value, const std::string& help);
    DeclaredOption number(const std::string& names, std::optional<std::uint64_t>& value, const std::string& help);
    DeclaredOption number(const std::string& names, double& value, const std::string& help);

private:
    CLI::App& verb_;
};

} // namespace evenfold::cli
