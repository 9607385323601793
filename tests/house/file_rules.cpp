#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>
#include <vector>

#include "evenfold/core/text/utf8.hpp"
#include "evenfold/tests/house/rules.hpp"

namespace evenfold::house {
namespace {

constexpr std::size_t opening_lines_min = 2;  // the source is named only if the idea has one
constexpr std::size_t opening_lines_max = 24; // an example is part of an opening
constexpr std::size_t header_lines_max = 120;
constexpr std::size_t cpp_lines_max = 300;
constexpr std::size_t larger_header_lines_max = 200;
constexpr std::size_t larger_cpp_lines_max = 400;
constexpr std::size_t function_lines_max = 50;
constexpr std::size_t line_length_max = 120;

/// A word in two halves, so that this file keeps the rules too.
struct Halves {
    std::string_view first;
    std::string_view second;

    [[nodiscard]] std::string joined() const { return std::string(first) + std::string(second); }
};
constexpr std::array<Halves, 10> unfinished{{{"to", "do"},
                                             {"fix", "me"},
                                             {"xx", "x"},
                                             {"ha", "ck"},
                                             {"st", "ub"},
                                             {"stu", "bbed"},
                                             {"place", "holder"},
                                             {"for ", "now"},
                                             {"not ", "implemented"},
                                             {"not yet ", "implemented"}}};
constexpr std::array<Halves, 5> machines{
    {{"/ho", "me/"}, {"/ro", "ot/"}, {"/Us", "ers/"}, {"/wo", "rk/"}, {"/t", "mp/"}}};
constexpr std::string_view example_person = "ada"; // examples may name this person's folders
constexpr std::array<Halves, 3> vague{{{"Man", "ager"}, {"Hel", "per"}, {"Im", "pl"}}};
constexpr std::array<std::string_view, 7> known_getters{"get_if",    "get_ref",         "get_ptr",        "get_to",
                                                        "get_token", "get_new_handler", "get_option_text"};
constexpr std::array<std::string_view, 4> sleeps{"sleep_for", "sleep_until", "usleep", "sleep"};
constexpr std::array<std::string_view, 3> switches{"skip", "should_fail", "may_fail"};
constexpr std::array<std::string_view, 8> assertions{"CHECK", "REQUIRE", "RC_ASSERT", "FAIL",
                                                     "LAW",   ".then",   "contract",  "check_"};

std::string lower(std::string_view text) {
    std::string lowered(text);
    for (char& letter : lowered) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    return lowered;
}

bool opens_function(std::string_view line) {
    if (line.empty() || line.front() == ' ' || line.starts_with("//") || !line.ends_with("{")) return false;
    return std::ranges::none_of(
        std::array<std::string_view, 6>{"namespace", "struct", "class", "enum", "union", "extern"},
        [&](std::string_view word) { return has_word(line, word); });
}

void long_functions(const Source& source, Faults& faults) {
    std::size_t opened = 0;
    for (const auto& [number, text] : lines_of(source.text)) {
        if (opened == 0 && opens_function(text)) opened = number;
        if (opened == 0 || !text.starts_with("}")) continue;
        if (number - opened > function_lines_max)
            faults.push_back(fault(
                source, opened, "the function is too long: at most " + std::to_string(function_lines_max) + " lines"));
        opened = 0;
    }
}

bool has_vague_name(std::string_view line) {
    const auto in_name = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '_';
    };
    for (std::size_t at = 0; at < line.size();) {
        const auto begin = line.begin() + static_cast<std::ptrdiff_t>(at);
        const auto end = std::find_if_not(begin, line.end(), in_name);
        const std::string_view name(begin, end);
        const bool getter = name.starts_with("get_") && !std::ranges::count(known_getters, name);
        if (getter || std::ranges::any_of(vague, [&](const Halves& word) { return name.ends_with(word.joined()); }))
            return true;
        at += std::max<std::size_t>(name.size(), 1);
    }
    return false;
}

bool names_machine(std::string_view line) {
    return std::ranges::any_of(machines, [&](const Halves& halves) {
        const std::string path = halves.joined();
        const std::size_t at = line.find(path);
        return at != std::string_view::npos && !line.substr(at + path.size()).starts_with(example_person);
    });
}

bool asserts(std::string_view line) {
    return std::ranges::any_of(assertions,
                               [&](std::string_view word) { return line.find(word) != std::string_view::npos; });
}

/// Returns the word before the first `(` of `line`.
std::string_view called_name(std::string_view line) {
    const std::size_t end = std::min(line.find('('), line.size());
    const std::size_t begin = line.substr(0, end).find_last_of(" &*");
    return line.substr(begin == std::string_view::npos ? 0 : begin + 1,
                       begin == std::string_view::npos ? end : end - begin - 1);
}

/// Returns the names of the functions in `code` that assert, directly or through an earlier one.
std::vector<std::string_view> own_assertions(std::string_view code) {
    std::vector<std::string_view> names;
    std::string_view inside;
    for (const auto& [number, text] : lines_of(code)) {
        const auto has = [line = text](std::string_view word) { return has_word(line, word); };
        if (inside.empty() && opens_function(text) && !text.starts_with("TEST_CASE")) inside = called_name(text);
        if (!inside.empty() && (asserts(text) || std::ranges::any_of(names, has))) names.push_back(inside);
        if (text.starts_with("}")) inside = {};
    }
    return names;
}

} // namespace

Faults header_opening(const Source& source) {
    if (!is_header(source)) return {};
    std::size_t opening_lines = 0;
    for (const auto& [number, text] : lines_of(source.text)) {
        if (text.starts_with("/// ") || text == "///")
            ++opening_lines;
        else if (text == "#pragma once" && opening_lines >= opening_lines_min && opening_lines <= opening_lines_max)
            return {};
        else
            break;
    }
    return {fault(source, 1, "a header begins with its purpose, its shapes and its source, then #pragma once")};
}

std::vector<std::string_view> listed_paths(const Source& list) {
    std::vector<std::string_view> paths;
    for (const auto& [number, text] : lines_of(list.text)) {
        if (!text.empty() && text.front() != '#') paths.push_back(text);
    }
    return paths;
}

Faults bounds(const Source& source, std::span<const std::string_view> larger) {
    if (!is_cpp(source)) return {};
    Faults faults;
    const auto lines = lines_of(source.text);
    const bool is_larger = std::ranges::count(larger, source.path) > 0;
    const std::size_t lines_max = is_header(source) ? (is_larger ? larger_header_lines_max : header_lines_max)
                                                    : (is_larger ? larger_cpp_lines_max : cpp_lines_max);
    if (lines.size() > lines_max)
        faults.push_back(
            fault(source, lines.size(),
                  "the file is too long: at most " + std::to_string(lines_max) + " lines; split it by nouns"));
    for (const auto& [number, text] : lines) {
        if (utf8::count(text) > line_length_max)
            faults.push_back(
                fault(source, number, "the line is longer than " + std::to_string(line_length_max) + " columns"));
    }
    if (top_folder_of(source.path) != "tests") long_functions(source, faults);
    return faults;
}

Faults unfinished_words(const Source& source) {
    Faults faults;
    const std::string lowered = lower(source.text);
    for (const auto& [number, text] : lines_of(lowered)) {
        for (const Halves& word : unfinished) {
            if (has_word(text, word.joined()))
                faults.push_back(fault(source, number, "marks unfinished work: " + word.joined()));
        }
    }
    return faults;
}

Faults vague_names(const Source& source) {
    if (!is_cpp(source)) return {};
    Faults faults;
    if (source.path.find("util") != std::string::npos)
        faults.push_back(fault(source, 1, "name the file after what it does"));
    const std::string code = code_of(source.text);
    for (const auto& [number, text] : lines_of(code)) {
        if (has_vague_name(text)) faults.push_back(fault(source, number, "a vague name"));
    }
    return faults;
}

Faults machine_paths(const Source& source, std::string_view root) {
    const bool is_specific = std::ranges::count(root, '/') > 1; // `/evenfold` is also the middle of an include
    Faults faults;
    for (const auto& [number, text] : lines_of(source.text)) {
        if (names_machine(text) || (is_specific && text.find(root) != std::string_view::npos)) {
            faults.push_back(fault(source, number, "a path of a particular machine"));
        }
    }
    return faults;
}

Faults test_style(const Source& source) {
    if (top_folder_of(source.path) != "tests" || !source.path.ends_with(".cpp")) return {};
    Faults faults;
    const std::string code = code_of(source.text);
    const auto prose = lines_of(source.text);
    const auto own = own_assertions(code);
    std::size_t opened = 0; // the test that has asserted nothing so far
    for (const auto& [number, text] : lines_of(code)) {
        const auto has = [line = text](std::string_view word) { return has_word(line, word); };
        if (std::ranges::any_of(sleeps, has))
            faults.push_back(fault(source, number, "a test sleeps: wait for a condition instead"));
        if (text.find("doctest::") != std::string_view::npos && std::ranges::any_of(switches, has)) {
            faults.push_back(fault(source, number, "the test is disabled"));
        }
        if (asserts(text) || std::ranges::any_of(own, has)) opened = 0;
        if (opened != 0 && text.starts_with("}")) {
            faults.push_back(fault(source, std::exchange(opened, 0), "the test asserts nothing"));
        }
        if (!text.starts_with("TEST_CASE")) continue;
        opened = number;
        const bool wraps = text.ends_with("(") && number < prose.size();
        if (prose[wraps ? number : number - 1].text.find(": ") == std::string_view::npos) {
            faults.push_back(fault(source, number, "a test is named \"Subject: a sentence\""));
        }
    }
    if (opened != 0) faults.push_back(fault(source, opened, "the test asserts nothing"));
    return faults;
}

} // namespace evenfold::house
