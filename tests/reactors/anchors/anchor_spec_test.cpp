#include "evenfold/reactors/anchors/anchor_spec.hpp"

#include <doctest/doctest.h>

namespace evenfold::tests::anchors {
namespace {

using namespace reactors::anchors;
using CommandWords = std::vector<std::string>;

std::string spec_error(std::string_view text) {
    const auto spec = parse_anchor(text);
    return spec ? "no error" : spec.error().what + " | " + spec.error().remedy;
}

CommandWords words(const std::string& text) {
    return parse_anchor("command:" + text).value().command;
}

} // namespace

TEST_CASE("Anchor texts: files, repositories and commands are read.") {
    CHECK(parse_anchor("file:/mnt/heads of mine").value() ==
          AnchorSpec{.kind = AnchorKind::file, .path = "/mnt/heads of mine", .command = {}});
    CHECK(parse_anchor("git:C:backup.git").value() ==
          AnchorSpec{.kind = AnchorKind::git, .path = "C:backup.git", .command = {}});
    CHECK(words("anchor") == CommandWords{"anchor"});
    CHECK(words(" a  b ") == CommandWords{"a", "b"});
    CHECK(words("a 'b c' \"d 'e\" f\\ g ''") == CommandWords{"a", "b c", "d 'e", "f g", ""});
    CHECK(words("a'b'\"c\"") == CommandWords{"abc"});
    CHECK(words("'\\' \"\\\"\" \\\\") == CommandWords{"\\", "\"", "\\"});
    CHECK(words("sh -c 'echo $HOME; cat'") == CommandWords{"sh", "-c", "echo $HOME; cat"});
}

TEST_CASE("Anchor texts: others are refused with the expected form.") {
    const std::string form = " | Expected file:PATH, git:DIR or command:PROGRAM ARGUMENT...";
    CHECK(spec_error("heads") == "'heads' is not an anchor: its kind is missing" + form);
    CHECK(spec_error("") == "'' is not an anchor: its kind is missing" + form);
    CHECK(spec_error("https://witness.example") ==
          "'https://witness.example' is not an anchor: 'https' is no kind of anchor" + form);
    CHECK(spec_error("file:") == "'file:' is not an anchor: its path is missing" + form);
    CHECK(spec_error("git:") == "'git:' is not an anchor: its path is missing" + form);
    CHECK(spec_error("command:") == "'command:' is not an anchor: its program is missing" + form);
    CHECK(spec_error("command: ") == "'command: ' is not an anchor: its program is missing" + form);
    CHECK(spec_error("command:'' a") == "'command:'' a' is not an anchor: its program is missing" + form);
    for (const std::string wrong : {"a 'b", "a \"b'", "a \\"})
        CHECK(spec_error("command:" + wrong) ==
              "'command:" + wrong + "' is not an anchor: a quotation has no end" + form);
    CHECK(spec_error("file:a\x1b[2J") == "no error");
    CHECK(spec_error("fi\x1b[2J:a").find('\x1b') == std::string::npos);
    CHECK(spec_error(std::string_view("file:a\0b", 8)).find("it has a zero byte") != std::string::npos);
}

TEST_CASE("Anchor texts: the text of an anchor is read as the same anchor.") {
    const std::string letters = "a '\"\\$\n";
    for (std::size_t seed = 0; seed < 7UL * 7 * 7 * 7; ++seed) {
        std::string word;
        for (std::size_t rest = seed; rest > 0; rest /= letters.size()) word += letters[rest % letters.size()];
        const AnchorSpec spec{.kind = AnchorKind::command, .path = {}, .command = {"program", word, "", word}};
        CHECK(parse_anchor(to_text(spec)) == spec);
    }
    CHECK(to_text(parse_anchor("git:a b").value()) == "git:a b");
    CHECK(to_text(parse_anchor("file:a b").value()) == "file:a b");
}

} // namespace evenfold::tests::anchors
