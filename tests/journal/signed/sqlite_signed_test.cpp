// Signed files: what a writer stores, who may write, when signing starts, and how the key changes.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "evenfold/core/reflection/type_name.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/journal/sqlite/sqlite_journal.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/contracts/journal_contract.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/journal/signed/signed_file.hpp"
#include "evenfold/tests/journal/signed/sqlite_rows.hpp"

namespace evenfold::tests::chain {
namespace {

using journal::Access;
using journal::Batch;
using journal::Failure;
using journal::FailureKind;
using journal::Journal;
using journal::ScratchFolder;
using journal::SqliteOptions;
using journal::contract::batch;

class SignedFixture final : public journal::contract::JournalFixture {
public:
    SignedFixture() { (void)reopen(); }

    Journal& journal() override { return *journal_; }

    bool reopen() override {
        journal_.reset();
        journal_ = opened(folder_ / "journal.db", signed_with(1));
        return true;
    }

private:
    ScratchFolder folder_;
    std::unique_ptr<Journal> journal_;
};

} // namespace

TEST_CASE("Signed file: satisfies the journal contract.") {
    for (const journal::contract::Rule& rule : journal::contract::rules()) {
        CAPTURE(rule.sentence);
        CHECK(rule.violations([] { return std::make_unique<SignedFixture>(); }) == journal::contract::Violations{});
    }
}

TEST_CASE("Signed file: every append is proven, over restarts, repeats, refusals and commands without events.") {
    const ScratchFolder folder;
    const auto file = folder / "journal.db";
    Sequence events = 0;
    for (std::uint64_t restart = 0; restart < 4; ++restart) {
        const auto journal = opened(file, signed_with(1));
        for (std::uint64_t round = 0; round < 100; ++round) {
            const std::uint64_t id = restart * 1000 + round * 5;
            append(*journal, {batch(id, {"a", "b"}), batch(id + 1, {}), batch(id + 2, {"a"})});
            append(*journal, {batch(id, {"a", "b"})}); // a repeat
            // The second batch of this group is refused, so that the first one is not stored either.
            std::vector<Batch> refused{batch(id + 3, {"c"}), batch(id + 4, {"c"})};
            refused[1].expectations.push_back({.stream = "c", .version = 7});
            CHECK(!journal->append(refused, std::nullopt));
            events += 3;
        }
    }
    const ChainReport report = report_of_file(file, trust_of(1));
    CHECK_MESSAGE(report.ok(), to_json(report));
    CHECK(report.events == events);
    CHECK(report.signed_events == events);
    CHECK(text_in(file, "SELECT count(*) FROM tiles") == "4"); // of 1,200 events
}

TEST_CASE("Signed file: two writers take turns, and the chain goes through the events of both (SL1).") {
    const ScratchFolder folder;
    const auto file = folder / "journal.db";
    const auto one = opened(file, signed_with(1));
    const auto other = opened(file, signed_with(1));
    for (std::uint64_t round = 0; round < 50; ++round) {
        append(*one, {batch(round * 4, {"a"})});
        append(*other, {batch(round * 4 + 1, {})}); // moves no event, but the chain of receipts
        append(*one, {batch(round * 4 + 2, {"b"})});
        append(*other, {batch(round * 4 + 3, {"a", "c"})});
    }
    const ChainReport report = report_of_file(file, trust_of(1));
    CHECK_MESSAGE(report.ok(), to_json(report));
    CHECK(report.events == 200);
}

TEST_CASE("Signed file: equal events and salts have the macs of a chain in memory.") {
    const ScratchFolder folder;
    const auto file = folder / "journal.db";
    SqliteOptions options = signed_with(1);
    options.signing->salts = [](std::span<char> salts) -> std::expected<void, Failure> {
        std::ranges::fill(salts, 's');
        return {};
    };
    const std::vector<Batch> batches{batch(1, {"a", "b"}), batch(2, {}), batch(3, {"a"})};
    append(*opened(file, options), batches);

    const std::string origin = text_in(file, "SELECT name FROM origin");
    Chain chain = Chain::begin(key_of(1), {.origin = origin, .domain = "plans"}, {});
    std::map<std::string, std::pair<StreamVersion, std::optional<Hash>>> streams;
    for (const Batch& one : batches) {
        if (one.events.empty()) (void)chain.add_empty_receipt(one.command, one.fingerprint);
        for (std::uint32_t index = 0; index < one.events.size(); ++index) {
            auto& [version, mac] = streams[one.events[index].stream];
            EventRow row;
            row.sequence = chain.state().head + 1;
            row.stream = one.events[index].stream;
            row.version = ++version;
            row.command = one.command;
            row.index = index;
            row.actor = name_of(one.actor);
            row.cause = one.cause;
            row.correlation = one.correlation;
            row.at = one.at;
            row.stored_at = one.stored_at;
            row.type = one.events[index].type;
            row.type_version = one.events[index].type_version;
            row.data = one.events[index].data;
            row.salt = std::string(16, 's');
            const ReceiptRow receipt{.command = one.command,
                                     .fingerprint = one.fingerprint,
                                     .first = 0,
                                     .count = static_cast<std::uint32_t>(one.events.size())};
            CoveredEvent covered = covered_by(row, receipt);
            mac = chain.extend(covered, mac).mac;
        }
    }
    const ChainReport report = report_of_file(file, trust_of(1));
    CHECK_MESSAGE(report.ok(), to_json(report));
    CHECK(report.mac == chain.state().mac);
    CHECK(report.root == chain.state().tree.root());
}

TEST_CASE("Signed file: a writer without the key is refused, and a reader needs none.") {
    const ScratchFolder folder;
    const auto file = folder / "journal.db";
    append(*opened(file, signed_with(1)), {batch(1, {"a"})});

    const auto without = open_sqlite_journal(file, Access::read_write, {.domain = "plans"});
    REQUIRE(!without);
    CHECK(without.error().kind == FailureKind::unsigned_writer);
    CHECK(without.error().what == file.string() + ": the journal is signed, and no secret was given to sign with");
    const auto wrong = open_sqlite_journal(file, Access::read_write, signed_with(2));
    REQUIRE(!wrong);
    CHECK(wrong.error().kind == FailureKind::unsigned_writer);
    CHECK(wrong.error().what == file.string() + ": the journal is signed with the key " + key_of(1).id() +
                                    ", and the secret that was given is of the key " + key_of(2).id());
    CHECK(opened(file, {.domain = "plans"}, Access::read_only)->head() == 1);
}

TEST_CASE(
    "Signed file: a journal stays unsigned until signing starts, which seals its events as they were found (SL10).") {
    const ScratchFolder folder;
    const auto file = folder / "journal.db";
    append(*opened(file, {.domain = "plans"}), {batch(1, {"a", "b"}), batch(2, {})});
    CHECK(text_in(file, "PRAGMA user_version") == "1");
    const auto journal = opened(file, signed_with(1));
    append(*journal, {batch(3, {"a"})});
    CHECK(text_in(file, "PRAGMA user_version") == "1"); // never unasked
    const auto before = journal->open_cursor({});
    REQUIRE(before);

    REQUIRE(journal->signatures()->start_signing(key_of(1), {}));
    CHECK(text_in(file, "PRAGMA user_version") == "2");
    append(*journal, {batch(4, {}), batch(5, {"a"})});
    const ChainReport report = report_of_file(file, trust_of(1));
    CHECK_MESSAGE(report.ok(), to_json(report));
    CHECK(report.events == 4);
    CHECK(report.signed_events == 1);
    CHECK(remark_of(report, RemarkKind::unsigned_prefix) == ChainRemark{RemarkKind::unsigned_prefix, 1, 3});

    const auto again = journal->signatures()->start_signing(key_of(1), {});
    REQUIRE(!again);
    CHECK(again.error().kind == FailureKind::exists);
}

TEST_CASE("Signed file: a writer that has the journal open when signing starts is refused, and loses nothing.") {
    const ScratchFolder folder;
    const auto file = folder / "journal.db";
    const auto late = opened(file, {.domain = "plans"});
    append(*late, {batch(1, {"a"})});
    REQUIRE(opened(file, {.domain = "plans"})->signatures()->start_signing(key_of(1), {}));
    const auto first = late->append(std::vector{batch(2, {"a"})}, std::nullopt);
    REQUIRE(!first);
    CHECK(std::get<Failure>(first.error()).kind == FailureKind::busy);
    const auto second = late->append(std::vector{batch(2, {"a"})}, std::nullopt);
    REQUIRE(!second);
    CHECK(std::get<Failure>(second.error()).kind == FailureKind::unsigned_writer);
    CHECK(late->head() == 1);
    CHECK(report_of_file(file, trust_of(1)).ok());
}

TEST_CASE("Signed file: each event verifies under the key of its time (SL9).") {
    const ScratchFolder folder;
    const auto file = folder / "journal.db";
    const auto journal = opened(file, signed_with(1));
    const auto other = opened(file, signed_with(1));
    append(*journal, {batch(1, {"a"})});
    for (std::uint64_t key = 2; key <= 4; ++key) {
        REQUIRE(journal->signatures()->change_key(key_of(key), {}));
        append(*journal, {batch(key, {"a", "b"})});
    }
    const ChainReport report = report_of_file(file, trust_of(4));
    CHECK_MESSAGE(report.ok(), to_json(report));
    CHECK(report.keys.size() == 4);
    CHECK(remark_of(report, RemarkKind::retired_key) == ChainRemark{RemarkKind::retired_key, 1, 5});

    ChainTrust lacking = trust_of(4);
    lacking.secrets.erase(lacking.secrets.begin() + 1);
    const ChainReport unknown = report_of_file(file, lacking);
    REQUIRE(unknown.broken);
    CHECK(unknown.broken->reason == BreakReason::unknown_key);
    CHECK(unknown.broken->broken_at == 2);

    const auto stale = other->append(std::vector{batch(9, {"a"})}, std::nullopt);
    REQUIRE(!stale);
    CHECK(std::get<Failure>(stale.error()).kind == FailureKind::unsigned_writer);
    const auto used = journal->signatures()->change_key(key_of(2), {});
    REQUIRE(!used);
    CHECK(used.error().what == file.string() + ": the key " + key_of(2).id() + " has already signed this journal");
    append(*journal, {batch(10, {"a"})}); // a refused change leaves the journal usable
    CHECK(report_of_file(file, trust_of(4)).ok());
}

} // namespace evenfold::tests::chain
