#include <algorithm>
#include <cctype>
#include <string>

#include "evenfold/tests/house/rules.hpp"

namespace evenfold::house {
namespace {

/// Returns whether `word` names a list of evenfold_library(): `PUBLIC`, `FILES`, `LINK_OWN`.
bool is_keyword(std::string_view word) {
    return std::ranges::all_of(
        word, [](char letter) { return std::isupper(static_cast<unsigned char>(letter)) != 0 || letter == '_'; });
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    constexpr std::string_view separators = " \n\t()";
    for (std::size_t at = text.find_first_not_of(separators); at != std::string_view::npos;) {
        const std::size_t end = std::min(text.find_first_of(separators, at), text.size());
        words.push_back(text.substr(at, end - at));
        at = text.find_first_not_of(separators, end);
    }
    return words;
}

/// Returns the header that a row `| path.hpp | content |` of a page describes; empty for other lines.
std::string_view header_of_row(std::string_view line) {
    if (!line.starts_with("| ")) return {};
    const std::string_view cell = line.substr(2, line.find(" |", 2) - 2);
    return cell.ends_with(".hpp") ? cell : std::string_view{};
}

constexpr std::size_t overview_lines_min = 2;
constexpr std::size_t example_lines_min = 3;
constexpr std::size_t example_lines_max = 10;

/// The numbers of lines in the opening comment of a header.
struct Opening {
    std::size_t overview = 0;
    std::size_t example = 0;
};

Opening opening_of(const Source& header) {
    Opening opening;
    for (const auto& [number, text] : lines_of(header.text)) {
        if (text.starts_with("///     "))
            ++opening.example;
        else if (text.starts_with("/// "))
            ++opening.overview;
        else if (text != "///")
            break;
    }
    return opening;
}

} // namespace

std::vector<std::string> public_headers(std::span<const Source> tree) {
    std::vector<std::string> headers;
    for (const Source& source : tree) {
        const std::string_view path = source.path;
        if (!path.ends_with("/CMakeLists.txt") || path.starts_with("tests/")) continue;
        const std::string folder(path.substr(0, path.rfind('/') + 1));
        bool is_public = false;
        for (const std::string_view word : words_of(source.text)) {
            if (is_keyword(word)) is_public = word == "PUBLIC";
            if (is_public && word.ends_with(".hpp")) headers.push_back(folder + std::string(word));
        }
    }
    return headers;
}

Faults wrong_header_rows(const Source& page, std::span<const std::string> headers) {
    Faults faults;
    std::vector<std::string_view> rows;
    for (const auto& [number, text] : lines_of(page.text)) {
        const std::string_view header = header_of_row(text);
        if (header.empty()) continue;
        if (std::ranges::count(rows, header) > 0) faults.push_back(fault(page, number, "a second row of a header"));
        if (std::ranges::count(headers, header) == 0)
            faults.push_back(fault(page, number, "no CMakeLists.txt lists " + std::string(header) + " as PUBLIC"));
        rows.push_back(header);
    }
    for (const std::string& header : headers) {
        if (std::ranges::count(rows, header) == 0)
            faults.push_back(page.path + ": has no row for the public header " + header);
    }
    return faults;
}

Faults missing_examples(std::span<const Source> tree, std::span<const std::string> headers) {
    Faults faults;
    for (const std::string& header : headers) {
        const auto source = std::ranges::find(tree, header, &Source::path);
        const Opening opening = source == tree.end() ? Opening{} : opening_of(*source);
        if (opening.overview < overview_lines_min)
            faults.push_back(header + ": does not open with an overview of at least two lines");
        if (opening.example < example_lines_min || opening.example > example_lines_max)
            faults.push_back(header + ": does not open with an example of 3 to 10 lines, each after `///     `");
        const std::string include = "#include \"evenfold/header_examples/" + header + "\"";
        const auto includes_it = [&](const Source& file) {
            return file.path.starts_with("tests/") && file.text.find("\n" + include + "\n") != std::string::npos;
        };
        if (std::ranges::none_of(tree, includes_it))
            faults.push_back(header + ": no test compiles its example: " + include + " in tests/header_examples/");
    }
    return faults;
}

Faults private_includes(const Source& source, std::span<const std::string> headers) {
    if (!source.path.starts_with("examples/") && !source.path.starts_with("tests/consumer/")) return {};
    if (!is_cpp(source)) return {};
    Faults faults;
    for (const auto& [number, text] : includes_of(source)) {
        const std::string_view name = text.substr(1, text.size() - 2);
        if (!name.starts_with("evenfold/") || name.starts_with("evenfold/examples/")) continue;
        if (std::ranges::count(headers, name.substr(9)) == 0)
            faults.push_back(fault(source, number, std::string(name) + " is not a public header (docs/headers.md)"));
    }
    return faults;
}

} // namespace evenfold::house
