#include "evenfold/reactors/anchors/anchor_spec.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "evenfold/core/text/visible.hpp"

namespace evenfold::reactors::anchors {
namespace {

using system::Failure;
using system::FailureKind;

std::unexpected<Failure> unclear(std::string_view text, std::string_view reason) {
    return std::unexpected(Failure{.kind = FailureKind::invalid,
                                   .what = fmt::format("'{}' is not an anchor: {}", visible(text), reason),
                                   .remedy = "Expected file:PATH, git:DIR or command:PROGRAM ARGUMENT..."});
}

/// Returns the word, quoted if it has characters with a meaning.
std::string quote_word(std::string_view word) {
    constexpr std::string_view special = " '\"\\";
    if (!word.empty() && word.find_first_of(special) == std::string_view::npos) return std::string(word);
    std::string text = "'";
    for (const char letter : word) {
        if (letter == '\'')
            text += "'\\''";
        else
            text += letter;
    }
    return text + "'";
}

/// Splits a command into its words.
class WordSplitter {
public:
    /// Returns nullopt if a quotation has no end.
    [[nodiscard]] std::optional<std::vector<std::string>> split(std::string_view text) {
        for (const char letter : text) take(letter);
        if (quote_ != '\0' || is_escaped_) return std::nullopt;
        end_word();
        return std::move(words_);
    }

private:
    void take(char letter) {
        if (is_escaped_) {
            add(letter);
            is_escaped_ = false;
        } else if (letter == '\\' && quote_ != '\'') {
            is_escaped_ = true;
        } else if (quote_ != '\0') {
            if (letter == quote_)
                quote_ = '\0';
            else
                add(letter);
        } else if (letter == '\'' || letter == '"') {
            quote_ = letter;
            in_word_ = true; // also of an empty quotation
        } else if (letter == ' ') {
            end_word();
        } else {
            add(letter);
        }
    }
    void add(char letter) {
        word_ += letter;
        in_word_ = true;
    }
    void end_word() {
        if (in_word_) words_.push_back(std::exchange(word_, {}));
        in_word_ = false;
    }

    std::vector<std::string> words_;
    std::string word_;
    bool in_word_ = false;
    bool is_escaped_ = false;
    char quote_ = '\0';
};

} // namespace

std::string to_text(const AnchorSpec& spec) {
    if (spec.kind == AnchorKind::file) return "file:" + spec.path.string();
    if (spec.kind == AnchorKind::git) return "git:" + spec.path.string();
    std::string text = "command:";
    for (const std::string& word : spec.command) text += (&word == &spec.command.front() ? "" : " ") + quote_word(word);
    return text;
}

std::expected<AnchorSpec, Failure> parse_anchor(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return unclear(text, "its kind is missing");
    const std::string_view kind = text.substr(0, colon);
    const std::string_view rest = text.substr(colon + 1);
    if (text.find('\0') != std::string_view::npos) return unclear(text, "it has a zero byte");
    if (kind == "file" || kind == "git") {
        if (rest.empty()) return unclear(text, "its path is missing");
        return AnchorSpec{.kind = kind == "git" ? AnchorKind::git : AnchorKind::file, .path = rest, .command = {}};
    }
    if (kind != "command") return unclear(text, fmt::format("'{}' is no kind of anchor", visible(kind)));
    auto words = WordSplitter().split(rest);
    if (!words) return unclear(text, "a quotation has no end");
    if (words->empty() || words->front().empty()) return unclear(text, "its program is missing");
    return AnchorSpec{.kind = AnchorKind::command, .path = {}, .command = *std::move(words)};
}

} // namespace evenfold::reactors::anchors
