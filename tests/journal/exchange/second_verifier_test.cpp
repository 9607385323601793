#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "evenfold/journal/exchange/signed_end.hpp"
#include "evenfold/journal/heads/head.hpp"
#include "evenfold/tests/journal/exchange/verifier_program.hpp"
#include "evenfold/tests/support/build_paths.hpp"
#include "evenfold/tests/support/process/fault_rounds.hpp"

// Both verifiers give the same result (SL4): this library, and docs/verify.py, which shares no code with it.

namespace evenfold::tests::exchange {
namespace {

using journal::chain::FirstPrevious;
using journal::chain::KeyScheme;

/// Returns whether the test cannot run, and says so.
bool is_skipped() {
    const std::string missing = missing_program();
    if (!missing.empty()) std::puts(("skipped: " + missing).c_str());
    return !missing.empty();
}

std::uint64_t rounds() {
    return static_cast<std::uint64_t>(fault_rounds(30)) / 10;
}

std::string signed_text(const HistoryWriter& history) {
    StoredJournal stored = history.stored;
    sign_notes(stored);
    return text_of(stored);
}

std::size_t count_ok(const std::vector<nlohmann::json>& reports) {
    return static_cast<std::size_t>(
        std::ranges::count_if(reports, [](const nlohmann::json& report) { return report.value("ok", false); }));
}

/// Compares both verifiers on exports with each kind of damage.
void compare_damaged(const std::vector<chain::DamageKind>& kinds) {
    std::vector<std::string> texts;
    for (const chain::DamageKind& kind : kinds) {
        std::uint64_t applied = 0;
        for (std::uint64_t seed = 0; applied < rounds() && seed < 1'000; ++seed) {
            HistoryWriter history = chain::signed_history(seed, 8);
            sign_notes(history.stored);
            if (!kind.apply(history)) continue;
            ++applied;
            texts.push_back(damaged_text(history, kind.as_lines));
        }
        CHECK_MESSAGE(applied == rounds(), kind.name);
    }
    CHECK(count_ok(compared(texts, {.secrets = 12, .heads = {}})) == 0);
}

} // namespace

TEST_CASE("Second verifier: it has the vectors of the format, and reads files of SQLite.") {
    if (is_skipped()) return;
    const journal::ScratchFolder folder(journal::memory_storage());
    const std::string command = "env -u EVENFOLD_KEYS python3 '" + source_tree() +
                                "/tests/journal/exchange/check_vectors.py' '" + source_tree() + "/docs/verify.py' '" +
                                source_tree() + "/tests/journal/chain/vectors.json' '" + folder.path().string() +
                                "' > '" + (folder / "output").string() + "' 2>&1";
    const int status = std::system(command.c_str()); // NOLINT(cert-env33-c,concurrency-mt-unsafe): words of this test
    std::ifstream output(folder / "output");
    const std::string printed{std::istreambuf_iterator<char>(output), {}};
    CHECK_MESSAGE(status == 0, printed);
    CHECK(printed.ends_with(" checks\n"));
}

TEST_CASE("Second verifier: both prove the same good journals (SL4).") {
    if (is_skipped()) return;
    std::vector<std::string> texts{text_of(chain::short_history(0).stored)};
    for (std::uint64_t seed = 0; seed < 24; ++seed) texts.push_back(signed_text(eventful_history(seed)));
    CHECK(count_ok(compared(texts, {.secrets = 12, .heads = {}})) == texts.size());
    texts.resize(9); // two of each kind of an eventful history
    (void)compared(texts, {.secrets = 12, .has_signer = false, .heads = {}});
    (void)compared(texts, {.secrets = 0, .is_public = true, .heads = {}});
    (void)compared(texts, {.secrets = 1, .heads = {}}); // secrets of later keys are missing
    (void)compared({text_of(StoredJournal{})}, {.secrets = 1, .heads = {}});
}

TEST_CASE("Second verifier: both verify compat-v1 with each first text.") {
    if (is_skipped()) return;
    for (const FirstPrevious first : {FirstPrevious::empty, FirstPrevious::null, FirstPrevious::zeros}) {
        HistoryWriter history(5, 5);
        history.start_signing(KeyScheme::compat, first);
        history.append(3);
        history.append_random(10, false);
        history.append(1);
        const std::string text = signed_text(history);
        CHECK(count_ok(compared({text}, {.secrets = 1, .first_previous = first, .heads = {}})) == 1);
        const FirstPrevious other = first == FirstPrevious::null ? FirstPrevious::zeros : FirstPrevious::null;
        CHECK(count_ok(compared({text}, {.secrets = 1, .first_previous = other, .heads = {}})) == 0);
    }
}

TEST_CASE("Second verifier: a verifier without one of the checks is found by the comparison (negative control).") {
    if (is_skipped()) return;
    HistoryWriter history = chain::signed_history(1, 8, false);
    sign_notes(history.stored);
    history.stored.heads.clear();
    history.stored.events[1].actor = history.stored.events[1].actor == "user" ? "agent" : "user";
    const std::vector<std::string> texts{text_of(history.stored)};
    const SharedTrust trust{.secrets = 12, .heads = {}};
    const auto reports = by_both(texts, trust, {"if not equal(mac, event.mac):", "if False:"}).front();
    CHECK(reports.own["reason"] == "mac_mismatch");
    CHECK(reports.other["ok"] == true);
    CHECK_FALSE(reports.agree());
}

TEST_CASE("Second verifier: both find the same damage of events (SL4).") {
    if (!is_skipped()) compare_damaged(chain::event_damage());
}

TEST_CASE("Second verifier: both find the same damage of the order (SL4).") {
    if (!is_skipped()) compare_damaged(chain::order_damage());
}

TEST_CASE("Second verifier: both find the same damage of receipts, keys and heads (SL4).") {
    if (!is_skipped()) compare_damaged(chain::table_damage());
}

TEST_CASE("Second verifier: both read flipped bits alike, behind a right and a wrong digest.") {
    if (is_skipped()) return;
    std::vector<std::string> texts;
    for (std::uint64_t seed = 0; seed < 60 * rounds(); ++seed) {
        HistoryWriter history = eventful_history(seed % 8, 3);
        history.vary_content(seed);
        std::string text = signed_text(history);
        for (std::uint64_t i = 0; i <= seed; ++i) (void)history.drawn(0, 1);
        const std::size_t at = history.drawn(0, text.size() - 2);
        text[at] = static_cast<char>(static_cast<unsigned char>(text[at]) ^ (1U << history.drawn(0, 7)));
        texts.push_back(seed % 3 == 0 ? text : with_end(text));
    }
    CHECK(compared(texts, {.secrets = 12, .heads = {}}).size() == texts.size());
}

TEST_CASE("Second verifier: both compare heads from outside, and the signed end.") {
    if (is_skipped()) return;
    HistoryWriter history = chain::signed_history(3, 12);
    history.sign_head();
    StoredJournal stored = history.stored;
    sign_notes(stored);
    const auto head = [&](std::uint64_t size, std::uint64_t root_size) {
        return journal::heads::sign_head(note_key(), {.size = size, .root = history.root_of(root_size)}, 1'790'000'001,
                                         std::nullopt)
            .value();
    };
    const std::uint64_t end = history.head();
    const std::vector<std::string> texts{text_of(stored)};
    const auto result_of = [&](const std::vector<std::string>& heads) {
        return compared(texts, {.secrets = 12, .heads = heads}).front();
    };
    CHECK(result_of({head(end, end)})["anchored"]["at"] == "2026-09-21T14:13:21.000Z");
    CHECK(result_of({head(4, 4), head(2, 2)})["anchored"]["size"] == 4);
    CHECK(result_of({head(5, 4)})["reason"] == "fork");
    CHECK(result_of({head(end + 1, end)})["reason"] == "truncated");
    CHECK(result_of({"no head"})["reason"] == "head_invalid");
    std::string other = head(4, 4);
    other[other.size() - 4] ^= 1;
    CHECK(result_of({other})["reason"] == "head_invalid");
    (void)compared(texts, {.secrets = 12, .has_signer = false, .heads = {head(4, 4)}});

    chain::MemoryChainSource source(stored);
    const std::string text =
        text_of(source, {.line_bytes_max = default_line_bytes_max, .sign_end = end_signer(note_key())});
    std::string changed = text;
    changed.replace(changed.find(R"(\nlines )") + 8, 1, "9");
    const auto ends = compared({text, changed}, {.secrets = 12, .heads = {}});
    CHECK(ends[0]["ok"] == true);
    CHECK(ends[1]["failure"] == "damaged");
}

TEST_CASE("Second verifier: both verify parts of a journal, good and changed.") {
    if (is_skipped()) return;
    std::vector<std::string> good;
    std::vector<std::string> changed;
    for (std::uint64_t seed = 0; seed < 12 * rounds(); ++seed) {
        HistoryWriter history = eventful_history(seed % 8, 4);
        sign_notes(history.stored);
        for (std::uint64_t i = 0; i <= seed; ++i) (void)history.drawn(0, 1);
        journal::chain::JournalPart part{.stream = std::nullopt, .first = 1, .last = history.head()};
        if (seed % 3 > 0) part.stream = history.stored.events[history.drawn(0, history.head() - 1)].stream;
        if (seed % 5 == 0) part.last = history.drawn(1, history.head());
        if (seed % 5 == 0 && !part.stream) part.first = history.drawn(1, part.last);
        if (seed % 5 == 0 && part.stream) part.stream = history.stored.events[part.last - 1].stream;
        good.push_back(part_text(history.stored, history.leaves, part));
        std::string text = good.back();
        const std::size_t at = history.drawn(0, text.size() - 2);
        text[at] = static_cast<char>(static_cast<unsigned char>(text[at]) ^ (1U << history.drawn(0, 7)));
        changed.push_back(seed % 4 == 0 ? text : with_end(text));
        std::string repeated = good.back();
        const std::size_t line = repeated.find("{\"event\":");
        repeated.insert(repeated.rfind("{\"e"), repeated.substr(line, repeated.find('\n', line) + 1 - line));
        changed.push_back(with_end(repeated));
        std::string cut = good.back();
        changed.push_back(with_end(cut.erase(line, cut.find('\n', line) + 1 - line)));
    }
    CHECK(count_ok(compared(good, {.secrets = 12, .heads = {}})) == good.size());
    CHECK(count_ok(compared(good, {.secrets = 0, .is_public = true, .heads = {}})) == good.size());
    CHECK(count_ok(compared(good, {.secrets = 12, .has_signer = false, .heads = {}})) == 0);
    CHECK(count_ok(compared(changed, {.secrets = 12, .heads = {}})) < changed.size() / 4);
    (void)compared(changed, {.secrets = 1, .is_public = true, .heads = {}});
}

TEST_CASE("Second verifier: both refuse files that are no exports.") {
    if (is_skipped()) return;
    const std::string text = text_of(chain::short_history(3).stored);
    std::vector<std::string> texts{
        "", "\n", "{}", R"({"header":"evenfold-export/1")", std::string(100'000, 'x'), text + "\n"};
    texts.push_back(text.substr(0, text.size() - 1));
    texts.push_back(text.substr(0, text.size() / 2));
    texts.push_back(text.substr(0, text.rfind("{\"end\"")));
    for (const char* const line :
         {"null\n", "\n", "[1]\n", "{\"event\":1e3}\n", "{\"event\":9,\"stream\":\"\\ud800\"}\n", "{\"key\":2}\n",
          "{\"head\":1,\"root\":\"AA\"}\n", "{\"removal\":true}\n"}) {
        std::string with_line = text;
        texts.push_back(with_end(with_line.insert(text.find("{\"event\":2"), line)));
    }
    CHECK(count_ok(compared(texts, {.secrets = 1, .heads = {}})) == 0);
}

} // namespace evenfold::tests::exchange
