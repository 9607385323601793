#include <algorithm>
#include <cctype>
#include <string>

#include "evenfold/tests/house/rules.hpp"

namespace evenfold::house {
namespace {

bool is_digit(char letter) {
    return std::isdigit(static_cast<unsigned char>(letter)) != 0;
}

/// Returns the references in `line`: each number after `mark`, with its suffix.
std::vector<std::string> cited(std::string_view line, std::string_view mark) {
    std::vector<std::string> found;
    for (std::size_t at = line.find(mark); at != std::string_view::npos; at = line.find(mark, at + 1)) {
        std::size_t end = at + mark.size();
        while (end < line.size() && is_digit(line[end])) ++end;
        if (end == at + mark.size()) continue;
        if (mark == "6." && end < line.size() && line[end] == 'b') ++end;
        const auto joins = [](char letter) {
            return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_' || letter == '.';
        };
        const bool begins = at == 0 || !joins(line[at - 1]);
        const bool ends = end == line.size() || line[end] == '.' || !joins(line[end]);
        if (begins && ends) found.emplace_back(line.substr(at, end - at));
    }
    return found;
}

/// Returns the texts inside the fences of `page` that open with ```cpp, each with the line at which it begins.
std::vector<Line> snippets(const Source& page) {
    std::vector<Line> found;
    const std::string_view text = page.text;
    const std::string_view open = "\n```cpp\n";
    for (std::size_t at = text.find(open); at != std::string_view::npos; at = text.find(open, at + 1)) {
        const std::size_t begin = at + open.size();
        const auto number = static_cast<std::size_t>(std::ranges::count(text.substr(0, begin), '\n')) + 1;
        found.push_back({number, text.substr(begin, text.find("```", begin) - begin)});
    }
    return found;
}

constexpr std::size_t report_digits_min = 3;

/// Returns whether `page` has `report`, and not only as the beginning of a longer number.
bool has_report(std::string_view page, std::string_view report) {
    for (std::size_t at = page.find(report); at != std::string_view::npos; at = page.find(report, at + 1)) {
        const std::size_t end = at + report.size();
        if (end == page.size() || !is_digit(page[end])) return true;
    }
    return false;
}

} // namespace

Faults missing_sections(const Source& source, const Source& page) {
    const std::string_view module = top_folder_of(source.path);
    if (!is_cpp(source) || source.path.starts_with("tests/house") || module == "providers") return {};
    Faults faults;
    const auto need = [&](std::size_t number, const std::string& name, const std::string& as) {
        if (page.text.find(as) == std::string::npos)
            faults.push_back(fault(source, number, page.path + " has no " + name));
    };
    for (const auto& [number, text] : lines_of(source.text)) {
        for (const std::string& section : cited(text, "6.")) need(number, section, "\n## " + section + " ");
        if (module != "core" && module != "tests") continue; // elsewhere these letters may have another meaning
        for (const std::string_view mark : {"L", "F"}) {
            for (const std::string& name : cited(text, mark)) need(number, name, "\n- **" + name + "** ");
        }
    }
    return faults;
}

Faults unexplained_reports(const Source& source, const Source& page) {
    if (!is_cpp(source) || top_folder_of(source.path) != "tests" || source.path.starts_with("tests/house")) return {};
    Faults faults;
    for (const auto& [number, text] : lines_of(source.text)) {
        for (std::size_t at = text.find('#'); at != std::string_view::npos; at = text.find('#', at + 1)) {
            std::size_t end = at + 1;
            while (end < text.size() && is_digit(text[end])) ++end;
            const std::string_view report = text.substr(at, end - at);
            if (report.size() <= report_digits_min) continue;
            if (!has_report(page.text, report))
                faults.push_back(fault(source, number, page.path + " does not explain " + std::string(report)));
        }
    }
    return faults;
}

Faults wrong_index(const Source& index, std::span<const Source> tree) {
    Faults faults;
    for (const Source& page : tree) {
        if (!page.path.starts_with("docs/") || !page.path.ends_with(".md") || page.path == index.path) continue;
        const std::string link = "](" + page.path.substr(std::string_view("docs/").size()) + ")";
        if (index.text.find(link) == std::string::npos) faults.push_back(index.path + ": has no link to " + page.path);
    }
    for (const auto& [number, text] : lines_of(index.text)) {
        const std::size_t at = text.find("](");
        if (at == std::string_view::npos) continue;
        const std::string_view rest = text.substr(at + 2);
        const std::string_view link = rest.substr(0, rest.find(')'));
        const std::string path = link.starts_with("../") ? std::string(link.substr(3)) : "docs/" + std::string(link);
        if (!std::ranges::count(tree, path, &Source::path))
            faults.push_back(fault(index, number, "there is no " + path));
    }
    return faults;
}

Faults missing_pages(const Source& source, std::span<const Source> tree) {
    constexpr std::string_view folder = "docs/";
    constexpr std::string_view ending = ".md";
    if (!is_cpp(source) || source.path.starts_with("tests/house")) return {};
    Faults faults;
    for (const auto& [number, text] : lines_of(source.text)) {
        for (std::size_t at = text.find(folder); at != std::string_view::npos; at = text.find(folder, at + 1)) {
            const std::string_view rest = text.substr(at);
            const std::size_t end = rest.find(ending);
            const std::string_view page = rest.substr(0, end == std::string_view::npos ? 0 : end + ending.size());
            const bool is_name = !page.empty() && page.find_first_of(" \"*<{\\") == std::string_view::npos;
            if (is_name && !std::ranges::count(tree, page, &Source::path))
                faults.push_back(fault(source, number, std::string(page) + " does not exist"));
        }
    }
    return faults;
}

Faults foreign_snippets(const Source& page, std::span<const Source> tree, std::string_view folder) {
    Faults faults;
    for (const auto& [number, text] : snippets(page)) {
        const auto has = [&, slice = text](const Source& source) {
            return source.path.starts_with(folder) && source.text.find(slice) != std::string::npos;
        };
        if (std::ranges::none_of(tree, has))
            faults.push_back(fault(page, number, "not a part of a file in " + std::string(folder)));
    }
    return faults;
}

} // namespace evenfold::house
