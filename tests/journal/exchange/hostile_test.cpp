#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "evenfold/tests/journal/exchange/exports.hpp"

// Exports that no program of ours has written: each is refused with the file, the line and the reason.

namespace evenfold::tests::exchange {
namespace {

/// Returns the export of three events with `old` replaced by `by`, and the end of such a text.
std::string changed(const std::string& old, const std::string& by, bool keeps_end = false) {
    std::string text = text_of(chain::short_history(3).stored);
    const std::size_t at = text.find(old);
    REQUIRE(at != std::string::npos);
    text.replace(at, old.size(), by);
    return keeps_end ? text : with_end(text);
}

std::string reason_of(const std::string& text) {
    const auto report = verified(text, chain::trust_of(1));
    if (!report) return "no report: " + report.error().what;
    if (report->ok()) return "ok";
    return std::string(name_of(report->broken->reason)) + " at " + std::to_string(report->broken->broken_at);
}

} // namespace

TEST_CASE("Hostile exports: a file that is none is refused at once.") {
    CHECK(error_of("") == "F:1: the file is empty");
    CHECK(error_of("\n") == "F:1: the file is not an export of a journal");
    CHECK(error_of("SQLite format 3") == "F:1: the file is not an export of a journal");
    CHECK(error_of(R"({"header":"evenfold-export/2"})") ==
          "F:1: the format is 'evenfold-export/2': expected 'evenfold-export/1' or 'evenfold-export-part/1'");
    const journal::ScratchFolder folder(journal::memory_storage());
    ExportReader missing(folder / "none");
    CHECK(missing.start().error().kind == system::FailureKind::not_found);
    ExportReader of_folder(folder.path());
    CHECK(of_folder.start().error().what == "'" + folder.path().string() + "' is not a plain file");
}

TEST_CASE("Hostile exports: lengths are bounded before memory is used.") {
    CHECK(error_of(R"({"header":")" + std::string(100'000, 'x')) == "F:1: the header has more than 65536 bytes");
    const std::string bound = R"("line_bytes_max":67108864)";
    CHECK(error_of(changed(bound, R"("line_bytes_max":10000000000)")) ==
          "F:1: lines may have 10000000000 bytes, of 67108864 allowed");
    CHECK(error_of(changed(bound, R"("line_bytes_max":99999999999999999999)")) ==
          "F:1: byte 130: expected an integer in range, without leading zeros");
    const std::string note(3'000, 'x');
    std::string text = changed(bound, R"("line_bytes_max":2000)");
    CHECK(verified(text, chain::trust_of(1))->ok());
    text.insert(text.find("{\"end\""), R"({"removal":1,"note":")" + note + "\"}\n");
    CHECK(error_of(with_end(text)) == "F:6: the line has more bytes than the header states");
}

TEST_CASE("Hostile exports: a header of 10 GB is refused without reading it.") {
    const ExportFile file(R"({"header":"evenfold-export/1","origin":")");
    std::filesystem::resize_file(file.path(), 10'000'000'000); // a sparse file of NUL bytes
    ExportReader reader(file.path());
    CHECK(reader.start().error().what == file.path().string() + ":1: the header has more than 65536 bytes");
}

TEST_CASE("Hostile exports: an event without an end is read in bounded memory.") {
    const std::string text = changed(R"("line_bytes_max":67108864)", R"("line_bytes_max":2000)");
    const ExportFile file(text.substr(0, text.rfind("{\"end\":")) + R"({"event":4,"stream":")");
    std::filesystem::resize_file(file.path(), 100'000'000);
    ExportReader reader(file.path());
    CHECK(reader.start().error().what == file.path().string() + ":7: the last line is not an 'end': the file was cut");
}

TEST_CASE("Hostile exports: wrong counts and a wrong digest are found after the events.") {
    CHECK(error_of(changed(R"("last":3)", R"("last":4)")) == "F:1: the header states 4 events, the file has 3");
    CHECK(error_of(changed(R"("keys":1)", R"("keys":2)")) == "F:1: the header states 2 keys, the file has 1");
    CHECK(error_of(changed(R"("removals":0)", R"("removals":7)")) ==
          "F:1: the header states 7 removals, the file has 0");
    CHECK(error_of(changed(R"({"end":5)", R"({"end":6)", true)) ==
          "F:6: the end states 6 lines before it, the file has 5");
    CHECK(error_of(changed(R"("sha256":")", R"("sha256":"00)", true)) ==
          "F:6: the SHA-256 of the lines before is not that of the end: the file was changed");
    CHECK(error_of(changed(R"("first":1,"last")", R"("first":2,"last")")) == "F:1: the events begin at 2: expected 1");
}

TEST_CASE("Hostile exports: a file that was cut is refused.") {
    const std::string text = text_of(chain::short_history(3).stored);
    CHECK(error_of(text.substr(0, text.size() - 1)) == "F:6: the last line has no line break: the file was cut");
    CHECK(error_of(text.substr(0, text.rfind("{\"end\":"))) == "F:6: the last line is not an 'end': the file was cut");
    for (std::size_t size = 0; size < text.size(); size += 3)
        CHECK(reason_of(text.substr(0, size)).starts_with("no report: "));
    CHECK(error_of(text + "\n") == "F:7: a line follows the end");
    CHECK(error_of(text + text) == "F:7: a line follows the end");
}

TEST_CASE("Hostile exports: a line that is no event has the reason format at its place.") {
    const std::string second = R"({"event":2,"stream":")";
    CHECK(reason_of(changed(second, R"({"event":2, "stream":")")) == "format at 2");
    CHECK(reason_of(changed(second, R"({"event":2,"unknown":1,"stream":")")) == "format at 2");
    CHECK(reason_of(changed(second, std::string("{\"event\":2,\"stream\":\"\0", 22))) == "format at 2");
    CHECK(reason_of(changed(second, "{\"event\":2,\"stream\":\"\xff")) == "format at 2");
    CHECK(reason_of(changed(second, R"({"event":02,"stream":")")) == "format at 2");
    CHECK(reason_of(changed(second, R"({"event":-2,"stream":")")) == "format at 2");
    CHECK(reason_of(changed(second, R"({"event":2e0,"stream":")")) == "format at 2");
    CHECK(reason_of(changed(second, R"({"event":2,"stream":"\u0061)")) == "format at 2");
    CHECK(reason_of(changed(second, R"({"event":2,"stream":"\/)")) == "format at 2");
    CHECK(reason_of(changed(second, R"({"event":2,"event":2,"stream":")")) == "format at 2");
    CHECK(reason_of(changed(second, R"({"event":)")) == "format at 2");
    CHECK(reason_of(changed(R"("type_version":1)", R"("type_version":4294967296)")) == "format at 1");
    CHECK(reason_of(changed(R"(,"correlation")", R"(,"cause":0,"correlation")")) == "format at 1");
}

TEST_CASE("Hostile exports: the message names the byte and the expected form.") {
    const auto detail_of = [](const std::string& text) {
        const auto report = verified(text, chain::trust_of(1));
        REQUIRE(report);
        const std::string& detail = report->broken->detail;
        return detail.substr(detail.find(".ndjson:") + 7);
    };
    const std::string second = R"({"event":2,"stream":")";
    CHECK(detail_of(changed(second, R"({"event":2,"unknown":1,"stream":")")) ==
          ":4: byte 11: expected the member 'stream' or 'stream_hex'");
    CHECK(detail_of(changed(second, "{\"event\":2,\"stream\":\"\xff")) == ":4: byte 22: the string is not UTF-8");
    CHECK(detail_of(changed(second, "{\"event\":2,\"stream\":\"\t")) ==
          ":4: byte 22: the string has a control character");
    CHECK(detail_of(changed(second, R"({"event":2,"stream_hex":"61","s":")")) ==
          ":4: byte 29: 'stream_hex' is UTF-8, and must be a text");
    CHECK(detail_of(changed(R"("index_in_batch":0)", R"("index_in_batch":00)"))
              .ends_with(": expected an integer in range, without leading zeros"));
    CHECK(detail_of(changed(R"("payload_hash":")", R"("payload_hash":"A)"))
              .ends_with(": expected pairs of lower-case hexadecimal digits, and the end of the string"));
    CHECK(detail_of(changed(R"("command":")", R"("command":"x)"))
              .ends_with(": expected a UUID of 36 lower-case characters"));
    CHECK(detail_of(changed(R"("key":1})", R"("key":1,"more":1})"))
              .ends_with(": expected the end of the object, because it has no more members"));
}

TEST_CASE("Hostile exports: other lines that cannot be read are failures with their number.") {
    CHECK(error_of(changed("\n{\"event\":2", "\nnull\n{\"event\":2")) == "F:4: the line is of no known kind");
    CHECK(error_of(changed("\n{\"event\":2", "\n\n{\"event\":2")) == "F:4: the line is of no known kind");
    CHECK(error_of(changed("\n{\"event\":2", std::string("\n\0{\"event\":2", 12))) ==
          "F:4: the line is of no known kind");
    CHECK(error_of(changed("{\"key\":1", "{\"key\":\"1\"")) ==
          "F:2: byte 8: expected an integer in range, without leading zeros");
    std::string text = text_of(chain::short_history(3).stored);
    text.insert(text.find("{\"key\""), text.substr(0, text.find('\n') + 1));
    CHECK(error_of(with_end(text)) == "F:2: a second header");
}

TEST_CASE("Hostile exports: repeated lines are found, and names of files are only text.") {
    std::string text = text_of(chain::short_history(3).stored);
    const std::size_t at = text.find("{\"event\":1");
    const std::string first = text.substr(at, text.find('\n', at) + 1 - at);
    text.insert(text.find("{\"event\":3"), first);
    CHECK(reason_of(with_end(text)) == "duplicate_id at 3");
    std::string appended = text_of(chain::short_history(3).stored);
    appended.insert(appended.find("{\"end\""), first);
    CHECK(reason_of(with_end(appended)) == "duplicate_id at 4");
    StoredJournal stored;
    stored.origin = "/etc/passwd";
    stored.domain = "../../secret";
    CHECK(reason_of(text_of(stored)) == "unsigned at 1");
    CHECK(error_of(text_of(stored)).find("passwd") == std::string::npos);
}

} // namespace evenfold::tests::exchange
