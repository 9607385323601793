#include "evenfold/tests/house/language/language.hpp"

#include <algorithm>
#include <cctype>
#include <string>

namespace evenfold::house {
namespace {

bool is_letter(char letter) {
    return std::isalpha(static_cast<unsigned char>(letter)) != 0;
}

std::size_t words_in(std::string_view text) {
    std::size_t words = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_letter(text[i]) && (i == 0 || !is_letter(text[i - 1]))) ++words;
    }
    return words;
}

void blank(std::string& text, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < std::min(to, text.size()); ++i) {
        if (text[i] != '\n') text[i] = ' ';
    }
}

/// Blanks `names in backticks` in each line of `text`.
void blank_quoted_code(std::string& text) {
    for (std::size_t at = text.find('`'); at != std::string::npos; at = text.find('`', at)) {
        const std::size_t end = text.find_first_of("`\n", at + 1);
        if (end == std::string::npos) return;
        blank(text, at, end + (text[end] == '`' ? 1 : 0));
        at = end;
    }
}

/// Blanks fenced and indented code.
std::string prose_of_page(const std::string& page) {
    std::string prose = page;
    bool fenced = false;
    std::size_t begin = 0;
    for (const auto& [number, line] : lines_of(page)) {
        const bool fence = line.find("```") != std::string_view::npos;
        if (fence || fenced || line.starts_with("    ")) blank(prose, begin, begin + line.size());
        fenced = fenced != fence;
        begin += line.size() + 1;
    }
    return prose;
}

/// Blanks code, and literals of fewer than three words: those are names and formats.
std::string prose_of_code(const std::string& text) {
    const std::string code = code_of(text);
    std::string prose = text;
    std::size_t begin = 0; // of a comment or literal
    for (std::size_t i = 0; i <= text.size(); ++i) {
        const bool inside = i < text.size() && text[i] != '\n' && code[i] == ' ';
        if (inside) continue;
        const std::string_view piece = std::string_view(text).substr(begin, i - begin);
        if (piece.find("//") == std::string_view::npos && words_in(piece) < 3) blank(prose, begin, i);
        if (i < text.size()) blank(prose, i, i + 1);
        begin = i + 1;
    }
    return prose;
}

/// Returns whether answers are a notion of the file's domain, such as answers to approvals.
bool is_about_answers(std::string_view path) {
    constexpr std::array<std::string_view, 5> marks{"orchestration", "approval", "permission", "claude", "dialogue"};
    return std::ranges::any_of(marks, [&](std::string_view mark) { return path.find(mark) != std::string_view::npos; });
}

/// Returns whether the sentence that begins at `at` is a question.
bool is_question(std::string_view prose, std::size_t at) {
    for (std::size_t end = prose.find_first_of(".?!", at); end != std::string_view::npos;
         end = prose.find_first_of(".?!", end + 1)) {
        if (end + 1 == prose.size() || std::isspace(static_cast<unsigned char>(prose[end + 1])) != 0)
            return prose[end] == '?';
    }
    return false;
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, word) != words.end();
}

void count_word(Usage& usage, const Source& source, std::string_view prose, std::size_t begin, std::size_t end) {
    std::string word(prose.substr(begin, end - begin));
    const bool subject = is_one_of(word, {"What", "Who"}) && !is_question(prose, begin);
    word.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(word.front())));
    std::array<bool, idiom_names.size()> uses{};
    uses[0] = is_one_of(word, {"answer", "answers", "answered", "answering"}) && !is_about_answers(source.path);
    uses[1] = is_one_of(word, {"tell", "tells", "told", "telling"});
    uses[2] = subject;
    uses[3] = is_one_of(word, {"return", "returns", "returned", "returning"});
    uses[4] = is_one_of(word, {"because", "since"});
    ++usage.words;
    for (std::size_t idiom = 0; idiom < uses.size(); ++idiom) {
        if (!uses[idiom]) continue;
        ++usage.counts[idiom];
        if (idiom >= banned_idioms) continue;
        usage.offences.push_back(static_cast<std::size_t>(std::ranges::count(prose.substr(0, begin), '\n')) + 1);
    }
}

} // namespace

Usage& Usage::operator+=(const Usage& more) {
    words += more.words;
    for (std::size_t idiom = 0; idiom < counts.size(); ++idiom) counts[idiom] += more.counts[idiom];
    offences.insert(offences.end(), more.offences.begin(), more.offences.end());
    return *this;
}

double Usage::rate(Idiom idiom) const {
    return words == 0 ? 0 : 1000 * static_cast<double>(count(idiom)) / static_cast<double>(words);
}

std::string prose_of(const Source& source) {
    std::string prose;
    if (source.path.ends_with(".md")) prose = prose_of_page(source.text);
    if (is_cpp(source)) prose = prose_of_code(source.text);
    blank_quoted_code(prose);
    return prose;
}

Usage usage_of(const Source& source) {
    Usage usage;
    const std::string prose = prose_of(source);
    for (std::size_t begin = 0; begin < prose.size();) {
        std::size_t end = begin;
        const auto in_word = [](char letter) { return is_letter(letter) || letter == '_'; };
        while (end < prose.size() && in_word(prose[end])) ++end;
        if (end > begin) count_word(usage, source, prose, begin, end);
        begin = end + 1;
    }
    return usage;
}

} // namespace evenfold::house
