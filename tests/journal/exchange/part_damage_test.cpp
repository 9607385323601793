#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "evenfold/tests/journal/exchange/exports.hpp"
#include "evenfold/tests/support/for_seeds.hpp"
#include "evenfold/tests/support/law.hpp"

// Damage to exports of a part of a journal, by somebody who writes a right end behind it.

namespace evenfold::tests::exchange {
namespace {

using journal::chain::JournalPart;

/// An export of one stream as lines, which a test can change.
struct PartLines {
    std::string header;
    std::string others; // keys and removals
    std::string head;
    std::vector<std::string> events;

    [[nodiscard]] std::string text() const {
        std::string all = header + others + head;
        for (const std::string& event : events) all += event;
        return with_end(all + "{\"end\":");
    }
};

PartLines lines_of(const std::string& text) {
    PartLines lines;
    for (std::string_view rest = text; !rest.empty();) {
        const std::string line(rest.substr(0, rest.find('\n') + 1));
        rest.remove_prefix(line.size());
        switch (kind_of(line).value()) {
        case LineKind::header: lines.header = line; break;
        case LineKind::head: lines.head = line; break;
        case LineKind::event: lines.events.push_back(line); break;
        case LineKind::end: break;
        default: lines.others += line;
        }
    }
    return lines;
}

/// Returns a history with a head, and four events of the stream "a" among others.
HistoryWriter history_of_a(std::uint64_t seed = 9) {
    HistoryWriter history(seed, seed);
    history.start_signing();
    for (std::size_t i = 0; i < 4; ++i) history.append_to({"b", "a", "c"});
    history.sign_head();
    return history;
}

PartLines part_of_a(const HistoryWriter& history) {
    return lines_of(part_text(history.stored, history.leaves, {.stream = "a", .first = 1, .last = history.head()}));
}

/// Returns the reason and the place of the report, or the failure.
std::string found_in(const std::string& text, bool is_public = false) {
    ChainTrust trust = chain::trust_of(is_public ? 0 : 1);
    trust.public_only = is_public;
    const auto report = verified(text, trust);
    if (!report) return std::string(name_of(report.error().kind));
    if (report->ok()) return "ok";
    return std::string(name_of(report->broken->reason)) + " at " + std::to_string(report->broken->broken_at);
}

/// Replaces the first `from` in `line`.
void change(std::string& line, std::string_view from, std::string_view to) {
    const std::size_t at = line.find(from);
    REQUIRE(at != std::string::npos);
    line.replace(at, from.size(), to);
}

/// Returns the value of the hexadecimal member `name`.
std::string member(const std::string& line, const std::string& name) {
    const std::size_t at = line.find('"' + name + "\":\"") + name.size() + 4;
    return line.substr(at, line.find('"', at) - at);
}

} // namespace

TEST_CASE("Part damage: a wrong proof, and that of another event, prove nothing.") {
    const PartLines good = part_of_a(history_of_a());
    REQUIRE(found_in(good.text()) == "ok");
    for (const bool is_public : {false, true}) {
        PartLines lines = good;
        const std::string proof = member(lines.events[1], "proof");
        change(lines.events[1], proof, member(lines.events[2], "proof"));
        CHECK(found_in(lines.text(), is_public) == "fork at 5");
        lines = good;
        change(lines.events[1], proof, proof.substr(64));
        CHECK(found_in(lines.text(), is_public) == "fork at 5");
        lines = good;
        change(lines.events[1], proof, proof + proof);
        CHECK(found_in(lines.text(), is_public) == "fork at 5");
        lines = good;
        change(lines.events[1], proof, proof.substr(2));
        CHECK(found_in(lines.text(), is_public) == "format at 5");
        lines = good;
        change(lines.events[1], R"("proof":")" + proof, R"("prof":")" + proof);
        CHECK(found_in(lines.text(), is_public) == "format at 3");
    }
}

TEST_CASE("Part damage: events that are missing, repeated, moved or of another stream are found.") {
    const HistoryWriter history = history_of_a();
    const PartLines good = part_of_a(history);
    PartLines lines = good;
    lines.events.erase(lines.events.begin() + 1);
    CHECK(found_in(lines.text()) == "seq_gap at 8");
    lines = good;
    lines.events.erase(lines.events.begin());
    CHECK(found_in(lines.text()) == "seq_gap at 5");
    lines = good;
    lines.events.insert(lines.events.begin() + 2, lines.events[0]);
    CHECK(found_in(lines.text()) == "duplicate_id at 6");
    lines = good;
    std::swap(lines.events[0], lines.events[1]);
    CHECK(found_in(lines.text()) == "seq_gap at 5");
    lines = good;
    const PartLines other =
        lines_of(part_text(history.stored, history.leaves, {.stream = "b", .first = 1, .last = history.head()}));
    lines.events.insert(lines.events.begin() + 1, other.events[1]);
    CHECK(found_in(lines.text()) == "seq_gap at 4");
    lines = good;
    lines.events.clear();
    CHECK(found_in(lines.text()) == "seq_gap at 1");
    lines = good;
    lines.events.pop_back(); // the end of the stream: only a verification of all events, or a signed end, shows it
    CHECK(found_in(lines.text()) == "ok");
}

TEST_CASE("Part damage: a missing event of a range of all streams is found wherever it is.") {
    const HistoryWriter history = history_of_a();
    const PartLines good =
        lines_of(part_text(history.stored, history.leaves, {.stream = std::nullopt, .first = 3, .last = 9}));
    REQUIRE(found_in(good.text()) == "ok");
    for (std::size_t i = 0; i < good.events.size(); ++i) {
        PartLines lines = good;
        lines.events.erase(lines.events.begin() + static_cast<std::ptrdiff_t>(i));
        CHECK(found_in(lines.text()) == "seq_gap at " + std::to_string(3 + i));
    }
    PartLines lines = good;
    lines.events.insert(lines.events.end(), good.events[0]);
    CHECK(found_in(lines.text()) == "duplicate_id at 10");
}

TEST_CASE("Part damage: another head proves nothing, and a part needs one.") {
    HistoryWriter history = history_of_a();
    const PartLines good = part_of_a(history);
    PartLines lines = good;
    HistoryWriter longer = history;
    longer.append_to({"a"});
    longer.sign_head();
    lines.head = part_of_a(longer).head;
    CHECK(found_in(lines.text()) == "fork at 2");
    lines.head = part_of_a(history_of_a(10)).head; // of another history with the same name
    CHECK(found_in(lines.text()) == "fork at 2");
    HistoryWriter renamed = history;
    renamed.stored.origin = "journal/other";
    renamed.stored.heads.clear();
    renamed.sign_head();
    lines.head = part_of_a(renamed).head;
    CHECK(found_in(lines.text()) == "head_invalid at 12");
    lines.head = good.head;
    change(lines.head, R"("note":")", R"("note":"x)");
    CHECK(found_in(lines.text()) == "head_invalid at 12");
    lines.head = good.head + good.head;
    CHECK(found_in(lines.text()) == "damaged");
    lines.head = "";
    CHECK(found_in(lines.text()) == "damaged");
    lines = good;
    change(lines.header, "\"last\":12", "\"last\":13");
    CHECK(found_in(lines.text()) == "truncated at 13");
    change(lines.header, "\"last\":13", "\"last\":8");
    CHECK(found_in(lines.text()) == "seq_gap at 9");
}

TEST_CASE("Part damage: each changed member of an event is found, with the secret and without it.") {
    const PartLines good = part_of_a(history_of_a());
    struct Edit {
        std::string member;
        std::string by_secret;
        std::string in_public;
    };
    const std::vector<Edit> edits{{"salt", "payload_mismatch", "payload_mismatch"},
                                  {"payload_hash", "payload_mismatch", "payload_mismatch"},
                                  {"fingerprint", "mac_mismatch", "fork"},
                                  {"prev", "mac_mismatch", "ok"}, // the mac alone covers it
                                  {"mac", "mac_mismatch", "ok"},
                                  {"stream_prev", "prev_mismatch", "prev_mismatch"}};
    for (const Edit& edit : edits) {
        CAPTURE(edit.member);
        PartLines lines = good;
        const std::string value = member(lines.events[3], edit.member);
        change(lines.events[3], value, (value[0] == '0' ? "1" : "0") + value.substr(1));
        CHECK(found_in(lines.text()) == edit.by_secret + " at 11");
        CHECK(found_in(lines.text(), true) == (edit.in_public == "ok" ? "ok" : edit.in_public + " at 11"));
    }
    PartLines lines = good;
    change(lines.events[3], "\"count\":3", "\"count\":4");
    CHECK(found_in(lines.text()) == "mac_mismatch at 11");
    CHECK(found_in(lines.text(), true) == "fork at 11");
    change(lines.events[3], "\"count\":4", "\"count\":1");
    CHECK(found_in(lines.text()) == "receipt_mismatch at 11");
}

TEST_CASE("Part damage: a flipped bit behind a right digest is found, or changes nothing that is proven.") {
    CHECK(for_seeds("flipped bits of parts", [](std::uint64_t seed) {
        HistoryWriter history = eventful_history(seed, 6);
        JournalPart part{.stream = std::nullopt, .first = 1, .last = history.head()};
        if (seed % 2 == 0) part.stream = history.stored.events[history.drawn(0, history.head() - 1)].stream;
        const std::string text = part_text(history.stored, history.leaves, part);
        const ChainTrust trust = chain::trust_of(20);
        law(verified(text, trust)->ok());
        const std::size_t at = history.drawn(0, text.rfind("{\"end\":") - 1);
        std::string flipped = text;
        flipped[at] = static_cast<char>(static_cast<unsigned char>(flipped[at]) ^ (1U << history.drawn(0, 7)));
        flipped = with_end(flipped);
        const auto report = verified(flipped, trust);
        if (!report || !report->ok()) return;
        // Passed: the header, the keys and the removals, which no head covers, or a first mac before the part.
        const std::size_t start = text.rfind('\n', at) == std::string::npos ? 0 : text.rfind('\n', at) + 1;
        const auto kind = kind_of(std::string_view(text).substr(start));
        law(kind != LineKind::event && kind != LineKind::head, std::to_string(at));
    }));
}

} // namespace evenfold::tests::exchange
