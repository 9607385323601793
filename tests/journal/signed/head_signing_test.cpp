// Heads of signed files, signed when they are due.
#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <string>
#include <thread>

#include "evenfold/journal/heads/head.hpp"
#include "evenfold/journal/heads/head_signer.hpp"
#include "evenfold/journal/heads/head_signing.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"
#include "evenfold/tests/journal/heads/signed_notes.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/journal/signed/signed_file.hpp"

namespace evenfold::tests::heads {
namespace {

namespace fs = std::filesystem;
using chain::append;
using chain::opened;
using chain::run_sql;
using journal::Access;
using journal::FailureKind;
using journal::Journal;
using journal::ScratchFolder;
using journal::contract::batch;

const std::string origin = "journal.example/plans";

journal::SqliteOptions named(std::uint64_t key) {
    journal::SqliteOptions options = chain::signed_with(key);
    options.origin = origin;
    return options;
}

std::unique_ptr<Journal> new_journal(const fs::path& file, std::uint64_t events) {
    auto journal = opened(file, named(1));
    for (std::uint64_t id = 1; id <= events; ++id) append(*journal, {batch(id, {"a"})});
    return journal;
}

auto sign(Journal& journal, const SigningKey& key, std::int64_t at_ms = 1'790'000'001'000) {
    return sign_newest_head(*journal.signatures(), {.key = key, .earlier = {}}, Instant{at_ms});
}

} // namespace

TEST_CASE("Heads: a head is due after a number of events or a time, and never without new events.") {
    const HeadSchedule schedule{.events = 10, .interval_ms = 1'000};
    const LastSigned last{.size = 5, .at = Instant{2'000}};
    CHECK(!is_head_due(schedule, last, 5, Instant{9'000}));
    CHECK(!is_head_due(schedule, last, 14, Instant{2'999}));
    CHECK(is_head_due(schedule, last, 15, Instant{2'000}));
    CHECK(is_head_due(schedule, last, 6, Instant{3'000}));
    CHECK(!is_head_due(schedule, last, 4, Instant{9'000})); // an older copy: sign_newest_head refuses it
    CHECK(is_head_due(schedule, {}, 1, Instant{9'000}));
}

TEST_CASE("Heads: the newest state is signed once, and each head continues the one before it.") {
    const ScratchFolder folder;
    const SigningKey key = signing_key(1, origin);
    const auto journal = new_journal(folder / "journal.db", 0);
    CHECK(!sign(*journal, key).value()); // no events
    std::uint64_t size = 0;
    for (const std::uint64_t count : {1U, 255U, 1U, 40U}) {
        for (std::uint64_t i = 0; i < count; ++i) append(*journal, {batch(++size, {"a"})});
        const auto head = sign(*journal, key);
        REQUIRE(head);
        REQUIRE(*head);
        CHECK((*head)->size == size);
        CHECK(journal->signatures()->newest_head().value()->note == (*head)->note);
        CHECK(sign(*journal, key).value()->note == (*head)->note);
    }
    auto trust = chain::trust_of(1);
    trust.read_head = head_reader({key.verifier()});
    const auto source = journal->signatures()->open_chain();
    const auto report = journal::chain::verify(**source, trust);
    REQUIRE(report);
    CHECK(report->ok());
    CHECK(!chain::remark_of(*report, journal::chain::RemarkKind::no_signer));
}

TEST_CASE("Heads: they are added without a key of the events, and nothing else is.") {
    const ScratchFolder folder;
    { const auto journal = new_journal(folder / "journal.db", 3); }
    const SigningKey key = signing_key(1, origin);
    const auto journal = opened(folder / "journal.db", {.domain = "plans"}, Access::add_heads);
    REQUIRE(sign(*journal, key));
    CHECK(journal->signatures()->add_anchoring({.size = 3, .anchor = "file:x", .at = {}, .response = "kept"}));
    const auto refused = journal->append({{batch(4, {"a"})}}, std::nullopt);
    REQUIRE(!refused);
    CHECK(std::get<journal::Failure>(refused.error()).kind == FailureKind::unsigned_writer);
    const auto other_key = journal->signatures()->change_key(chain::key_of(2), {});
    REQUIRE(!other_key);
    CHECK(other_key.error().kind == FailureKind::unsigned_writer);
    CHECK(journal->head() == Sequence{3});
}

TEST_CASE("Heads: a journal with another history is not signed.") {
    const ScratchFolder folder;
    const SigningKey key = signing_key(1, origin);
    const fs::path file = folder / "journal.db";
    { REQUIRE(sign(*new_journal(file, 3), key)); }
    REQUIRE(run_sql(file, "DROP TRIGGER events_refuse_UPDATE; UPDATE events SET actor = 'system' WHERE sequence = 2"));
    REQUIRE(run_sql(file,
                    "CREATE TRIGGER events_refuse_UPDATE BEFORE UPDATE ON events WHEN 1 BEGIN SELECT RAISE(ABORT, "
                    "'a journal is append only'); END"));
    const auto journal = opened(file, named(1));
    append(*journal, {batch(4, {"a"})});
    const auto forked = sign(*journal, key);
    REQUIRE(!forked);
    CHECK(forked.error().kind == FailureKind::inconsistent);
    CHECK(forked.error().what ==
          "no head was signed: the journal is not proven to begin with the 3 events of the last head");
    CHECK(journal->signatures()->newest_head().value()->size == 3);
}

TEST_CASE("Heads: the key must have the journal's name, and a replaced key must be named.") {
    const ScratchFolder folder;
    const auto journal = new_journal(folder / "journal.db", 1);
    const auto other = sign(*journal, signing_key(1, "journal.example/others"));
    REQUIRE(!other);
    CHECK(other.error().kind == FailureKind::invalid);
    CHECK(other.error().what ==
          "the journal is named journal.example/plans, and the signing key is that of journal.example/others");
    REQUIRE(sign(*journal, signing_key(1, origin)));
    append(*journal, {batch(2, {"a"})});
    const SigningKey next = signing_key(2, origin);
    const auto replaced = sign(*journal, next);
    REQUIRE(!replaced);
    CHECK(replaced.error().kind == FailureKind::invalid);
    const std::array earlier{signing_key(1, origin).verifier()};
    CHECK(sign_newest_head(*journal->signatures(), {.key = next, .earlier = earlier}, {}));
}

TEST_CASE("Head signer: signs when a number of events has passed, and when it is closed.") {
    const ScratchFolder folder;
    const auto journal = new_journal(folder / "journal.db", 1);
    std::atomic<int> failures = 0;
    const auto signer = HeadSigner::start(*journal, signing_key(1, origin),
                                          {.clock = [] { return Instant{1'790'000'001'000}; },
                                           .schedule = {.events = 5, .interval_ms = 1'000'000'000},
                                           .on_failure = [&](const journal::Failure&) { ++failures; }});
    REQUIRE(signer);
    for (std::uint64_t id = 2; id <= 6; ++id) append(*journal, {batch(id, {"a"})});
    while (!journal->signatures()->newest_head().value()) std::this_thread::yield();
    const auto size = journal->signatures()->newest_head().value()->size;
    CHECK(size >= 5);
    append(*journal, {batch(7, {"a"})});
    CHECK((*signer)->close());
    CHECK(journal->signatures()->newest_head().value()->size == 7);
    CHECK((*signer)->close()); // does nothing
    CHECK(failures == 0);
}

TEST_CASE("Head signer: a head that cannot be signed is reported, and appends go on.") {
    const ScratchFolder folder;
    const auto journal = new_journal(folder / "journal.db", 1);
    std::atomic<int> failures = 0;
    const auto signer = HeadSigner::start(*journal, signing_key(1, "journal.example/others"),
                                          {.clock = [] { return Instant{1'000}; },
                                           .schedule = {.events = 1, .interval_ms = 1'000},
                                           .on_failure = [&](const journal::Failure&) { ++failures; }});
    REQUIRE(signer);
    while (failures == 0) std::this_thread::yield();
    append(*journal, {batch(2, {"a"})});
    CHECK(!(*signer)->close());
    CHECK(!journal->signatures()->newest_head().value());
}

TEST_CASE("Head signer: a journal that is not signed has no heads.") {
    const ScratchFolder folder;
    const auto journal = opened(folder / "journal.db", {.domain = "plans", .origin = origin});
    const auto refused = HeadSigner::start(*journal, signing_key(1, origin), {.clock = [] { return Instant{}; }});
    REQUIRE(!refused);
    CHECK(refused.error().kind == FailureKind::invalid);
}

} // namespace evenfold::tests::heads
