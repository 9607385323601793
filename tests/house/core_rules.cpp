#include <algorithm>
#include <array>
#include <string>

#include "evenfold/tests/house/rules.hpp"

namespace evenfold::house {
namespace {

// Names that purity forbids: headers by their include, the rest by name.
constexpr std::array<std::string_view, 20> outside_headers{
    "<random>",     "<thread>", "<mutex>",   "<shared_mutex>", "<condition_variable>", "<future>",   "<stop_token>",
    "<atomic>",     "<latch>",  "<barrier>", "<semaphore>",    "<iostream>",           "<fstream>",  "<cstdio>",
    "<filesystem>", "<print>",  "<ctime>",   "<unistd.h>",     "<fmt/ostream.h>",      "<sqlite3.h>"};
constexpr std::array<std::string_view, 15> outside_names{
    "now(", "random_device", "getenv", "printf", "fprintf",    "fopen",        "rand(",  "srand(",
    "cout", "cerr",          "clog",   "errno",  "fmt::print", "thread_local", "system("};

// A declaration that begins with one of these defines no object, or none that can change.
constexpr std::array<std::string_view, 17> not_objects{
    "extern template", "using",         "struct",  "class",  "enum",    "union",    "template", "namespace", "friend",
    "typedef",         "static_assert", "concept", "return", "public:", "private:", "requires", "#"};
constexpr std::array<std::string_view, 3> fixed{"const", "constexpr", "consteval"};

bool is_pure(std::string_view path) {
    return top_folder_of(path) == "core" || top_folder_of(path) == "providers";
}

/// Returns the first of `=`, `;`, `{` and `(` that is not inside template arguments.
char first_mark(std::string_view declaration) {
    int depth = 0;
    for (const char letter : declaration) {
        if (letter == '<') ++depth;
        if (letter == '>') --depth;
        if (depth <= 0 && std::string_view("=;{(").find(letter) != std::string_view::npos) return letter;
    }
    return '\0';
}

/// Returns whether `line` defines an object with static storage: unindented (namespace bodies are not indented), or
/// `static`.
bool defines_static_object(std::string_view line) {
    const std::size_t indent = line.find_first_not_of(' ');
    if (indent == std::string_view::npos) return false;
    const std::string_view declaration = line.substr(indent);
    const bool marked = declaration.starts_with("static ") || declaration.starts_with("inline static ");
    if (indent != 0 && !marked) return false;
    const auto begins = [&](std::string_view word) { return declaration.starts_with(word); };
    if (std::ranges::any_of(not_objects, begins) || has_word(declaration, "operator")) return false;
    if (std::string_view("{}/)]:\"").find(declaration.front()) != std::string_view::npos) return false;
    const char mark = first_mark(declaration);
    return mark == '=' || mark == ';' || mark == '{';
}

} // namespace

Faults outside_world(const Source& source) {
    if (!is_pure(source.path) || !is_cpp(source)) return {};
    Faults faults;
    for (const auto& [number, text] : includes_of(source)) {
        if (std::ranges::count(outside_headers, text)) faults.push_back(fault(source, number, std::string(text)));
    }
    const std::string code = code_of(source.text);
    for (const auto& [number, text] : lines_of(code)) {
        for (const std::string_view name : outside_names) {
            if (has_word(text, name)) faults.push_back(fault(source, number, std::string(name)));
        }
    }
    return faults;
}

Faults mutable_globals(const Source& source) {
    if (!is_pure(source.path) || !is_cpp(source)) return {};
    if (source.path == "core/values/hash_salt.hpp") return {}; // only a test changes its variable
    Faults faults;
    const std::string code = code_of(source.text);
    for (const auto& [number, text] : lines_of(code)) {
        const auto names = [line = text](std::string_view word) { return has_word(line, word); };
        if (!defines_static_object(text) || std::ranges::any_of(fixed, names)) continue;
        faults.push_back(fault(source, number, "keeps state between calls"));
    }
    return faults;
}

} // namespace evenfold::house
