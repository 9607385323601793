#include "evenfold/tests/house/source.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace evenfold::house {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 18> folders{"core",   "system",   "storage", "codec", "providers", "journal",
                                                   "kernel", "reactors", "testing", "cli",   "docs",      "examples",
                                                   "tests",  "bench",    "cmake",   "tools", ".ci",       ".github"};

bool is_written_by_people(const fs::path& path) {
    if (path.filename() == ".git") return false; // a worktree's history
    const std::string extension = path.extension().string();
    if (extension == ".json") return path.generic_string().find("/golden/") != std::string::npos;
    return extension == ".hpp" || extension == ".cpp" || extension == ".cmake" || extension == ".md" ||
           extension == ".in" || extension == ".txt" || extension.empty();
}

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

bool in_name(char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
}

/// Returns the end of the comment or literal that opens at `at`, or `at` itself if none opens there.
std::size_t end_of_prose(std::string_view text, std::size_t at) {
    const std::string_view rest = text.substr(at);
    const auto past = [&](std::string_view closing, std::size_t from) {
        const std::size_t found = text.find(closing, from);
        return found == std::string_view::npos ? text.size() : found + closing.size();
    };
    if (rest.starts_with("//")) return std::min(text.find('\n', at), text.size());
    if (rest.starts_with("/*")) return past("*/", at + 2);
    if (rest.starts_with("R\"") && (at == 0 || !in_name(text[at - 1]))) {
        const std::size_t open = text.find('(', at);
        if (open == std::string_view::npos) return at;
        return past(")" + std::string(text.substr(at + 2, open - at - 2)) + "\"", open);
    }
    const bool separates_digits = rest[0] == '\'' && at > 0 && in_name(text[at - 1]);
    if ((rest[0] != '"' && rest[0] != '\'') || separates_digits) return at;
    for (std::size_t i = at + 1; i < text.size() && text[i] != '\n'; ++i) {
        if (text[i] == '\\')
            ++i;
        else if (text[i] == rest[0])
            return i + 1;
    }
    return at;
}

} // namespace

std::vector<Source> read_tree(const std::string& root) {
    std::vector<Source> sources;
    const auto take = [&](const fs::directory_entry& entry) {
        if (!entry.is_regular_file() || !is_written_by_people(entry.path())) return;
        sources.push_back({fs::relative(entry.path(), root).generic_string(), read(entry.path())});
    };
    for (const auto& entry : fs::directory_iterator(root)) take(entry);
    for (const std::string_view folder : folders) {
        if (!fs::exists(fs::path(root) / folder)) continue;
        for (const auto& entry : fs::recursive_directory_iterator(fs::path(root) / folder)) take(entry);
    }
    std::ranges::sort(sources, {}, &Source::path);
    return sources;
}

std::vector<Line> lines_of(std::string_view text) {
    std::vector<Line> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back({lines.size() + 1, text.substr(0, end)});
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string code_of(std::string_view text) {
    std::string code(text);
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::size_t end = end_of_prose(text, at);
        if (end == at) continue;
        const bool literal = text[at] != '/';
        for (std::size_t i = at; i < end; ++i) {
            const bool quote = literal && (i == at || i + 1 == end);
            if (code[i] != '\n' && !quote) code[i] = ' ';
        }
        at = end - 1;
    }
    return code;
}

std::vector<Line> includes_of(const Source& source) {
    std::vector<Line> includes;
    for (const auto& [number, text] : lines_of(source.text)) {
        if (!text.starts_with("#include ")) continue;
        const std::string_view rest = text.substr(9);
        const std::size_t end = rest.find_first_of("\">", 1);
        includes.push_back({number, rest.substr(0, end == std::string_view::npos ? rest.size() : end + 1)});
    }
    return includes;
}

bool has_word(std::string_view text, std::string_view word) {
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        const bool joined_before = at > 0 && in_name(word.front()) && in_name(text[at - 1]);
        const bool joined_after = end < text.size() && in_name(word.back()) && in_name(text[end]);
        if (!joined_before && !joined_after) return true;
    }
    return false;
}

std::string fault(const Source& source, std::size_t line, std::string_view why) {
    return source.path + ":" + std::to_string(line) + ": " + std::string(why);
}

bool is_header(const Source& source) {
    return source.path.ends_with(".hpp");
}

bool is_cpp(const Source& source) {
    return is_header(source) || source.path.ends_with(".cpp");
}

std::string_view top_folder_of(std::string_view path) {
    const std::size_t end = path.find('/');
    return end == std::string_view::npos ? std::string_view{} : path.substr(0, end);
}

} // namespace evenfold::house
