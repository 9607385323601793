/// The options of a verb, declared without the headers of the parser's library, because those add more than 2 s of
/// compile time per file.
///
///     set.number("--from EVENT", options->from, "Start at this event (default: 1)").at_least(1);
///     set.text("INPUT", options->input, "The file to read (default, or -: standard input)");
///
/// Shapes: a usage is `--from EVENT`, `-m,--message TEXT`, `--json` for a flag, or `INPUT` for a positional argument.
/// Values must outlive the parsing. An option that is absent from the command line leaves its value unchanged.
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

/// A declared option, to which restrictions can be added.
class DeclaredOption {
public:
    explicit DeclaredOption(CLI::Option* option) : option_(option) {}

    /// Rejects command lines without it.
    DeclaredOption& required();
    /// Accepts integers >= `least` that fit into 64 bits.
    DeclaredOption& at_least(std::uint64_t least);
    /// Accepts only numbers in this range.
    DeclaredOption& between(std::uint32_t least, std::uint32_t most);
    DeclaredOption& between(double least, double most);
    /// Accepts only these values.
    DeclaredOption& one_of(std::vector<std::string> values);
    /// Rejects command lines without `other` (needs), or with it (excludes).
    DeclaredOption& needs(const DeclaredOption& other);
    DeclaredOption& excludes(const DeclaredOption& other);

private:
    CLI::Option* option_;
};

class OptionSet {
public:
    /// Declares into `verb`, which must outlive the set.
    explicit OptionSet(CLI::App& verb) : verb_(verb) {}

    DeclaredOption flag(const std::string& usage, bool& value, const std::string& help);
    DeclaredOption text(const std::string& usage, std::string& value, const std::string& help);
    DeclaredOption text(const std::string& usage, std::optional<std::string>& value, const std::string& help);
    DeclaredOption texts(const std::string& usage, std::vector<std::string>& values, const std::string& help);
    DeclaredOption number(const std::string& usage, std::uint32_t& value, const std::string& help);
    DeclaredOption number(const std::string& usage, std::uint64_t& value, const std::string& help);
    DeclaredOption number(const std::string& usage, std::optional<std::uint64_t>& value, const std::string& help);
    DeclaredOption number(const std::string& usage, double& value, const std::string& help);

private:
    CLI::App& verb_;
};

} // namespace evenfold::cli
