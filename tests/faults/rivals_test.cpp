// Two processes that write one signed file: they take turns, and a process with the key of yesterday is refused.
#include <doctest/doctest.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <variant>

#include "evenfold/journal/signatures.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"
#include "evenfold/tests/journal/child_process.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/journal/signed/signed_file.hpp"
#include "evenfold/tests/journal/signed/sqlite_rows.hpp"

namespace evenfold::tests::faults {

namespace {

using journal::Access;
using journal::ChildProcess;
using journal::Failure;
using journal::FailureKind;
using journal::Pipe;
using journal::ScratchFolder;
using journal::contract::batch;

constexpr std::uint64_t batches_each = 150;

/// Appends batches to a stream of its own, some without events. Returns 0 if all were accepted.
int append_all(const std::filesystem::path& file, std::uint64_t writer) {
    const auto journal = open_sqlite_journal(file, Access::create, chain::signed_with(1));
    if (!journal) return 1;
    for (std::uint64_t number = 1; number <= batches_each; ++number) {
        const std::vector<std::string> streams(number % 3, "of " + std::to_string(writer));
        if (!(*journal)->append(std::vector{batch(writer * 10'000 + number, streams)}, std::nullopt)) return 2;
    }
    return 0;
}

/// Appends until it is refused. Returns the kind of the failure.
int append_until_refused(const std::filesystem::path& file, std::uint64_t first, const Pipe& acknowledged) {
    const auto journal = open_sqlite_journal(file, Access::read_write, chain::signed_with(1));
    if (!journal) return 100;
    for (std::uint64_t number = first;; ++number) {
        const auto receipts = (*journal)->append(std::vector{batch(number, {"b"})}, std::nullopt);
        if (receipts) {
            acknowledged.write(number);
            continue;
        }
        const auto* failure = std::get_if<Failure>(&receipts.error());
        return failure ? static_cast<int>(failure->kind) : 101;
    }
}

} // namespace

TEST_CASE("Rivals: two processes with the key append to one file, and the chain goes through the events of both.") {
    const ScratchFolder folder(journal::memory_storage());
    const auto file = folder / "journal.db";
    ChildProcess one([&] { return append_all(file, 1); });
    ChildProcess other([&] { return append_all(file, 2); });
    CHECK(one.end() == 0);
    CHECK(other.end() == 0);
    const chain::ChainReport report = chain::report_of_file(file, chain::trust_of(1));
    CHECK_MESSAGE(report.ok(), to_json(report));
    CHECK(report.events == 2 * batches_each);
    std::size_t turns = 0;
    std::string writer;
    const auto records = read_all(*chain::opened(file, chain::signed_with(1)));
    REQUIRE(records);
    for (const auto& record : *records)
        if (record.stream != std::exchange(writer, record.stream)) ++turns;
    CHECK(turns > 4); // otherwise they were no rivals
}

TEST_CASE("Rivals: a process with the old key is refused after a rotation, and loses nothing that was acknowledged.") {
    const ScratchFolder folder(journal::memory_storage());
    const auto file = folder / "journal.db";
    const auto journal = chain::opened(file, chain::signed_with(1));
    Pipe acknowledged;
    ChildProcess late([&] { return append_until_refused(file, 1, acknowledged); });
    acknowledged.close_write();
    for (int count = 0; count < 20; ++count) CHECK(acknowledged.read());
    REQUIRE(journal->signatures()->change_key(chain::key_of(2), {}));
    std::uint64_t last = 20;
    while (const auto number = acknowledged.read()) last = *number;
    CHECK(late.end() == static_cast<int>(FailureKind::unsigned_writer));
    CHECK(journal->head() == last);
    chain::append(*journal, {batch(10'000, {"a"})});
    const chain::ChainReport report = chain::report_of_file(file, chain::trust_of(2));
    CHECK_MESSAGE(report.ok(), to_json(report));
    CHECK(report.keys.size() == 2);
    CHECK(report.keys.back().events == 1);
}

TEST_CASE("Rivals: two writers that continue the same event break the chain (negative control).") {
    const ScratchFolder folder(journal::memory_storage());
    const auto file = folder / "journal.db";
    const auto other = folder / "other.db";
    chain::append(*chain::opened(file, chain::signed_with(1)), {batch(1, {"a"})});
    std::filesystem::copy_file(file, other);
    chain::append(*chain::opened(file, chain::signed_with(1)), {batch(2, {"a"})});
    chain::append(*chain::opened(other, chain::signed_with(1)), {batch(3, {"b"})});
    REQUIRE(chain::run_sql(
        file, "ATTACH '" + other.string() +
                  "' AS other; INSERT INTO main.streams SELECT * FROM other.streams WHERE name = 'b'; "
                  "INSERT INTO main.receipts SELECT command, fingerprint, 3, 1 FROM other.receipts WHERE first = 2; "
                  "UPDATE other.journal_tail SET head = 3; DROP TRIGGER other.events_refuse_UPDATE; "
                  "UPDATE other.events SET sequence = 3 WHERE sequence = 2; "
                  "INSERT INTO main.events SELECT * FROM other.events WHERE sequence = 3; DETACH other"));
    const chain::ChainReport report = chain::report_of_file(file, chain::trust_of(1));
    REQUIRE(report.broken);
    CHECK(report.broken->reason == chain::BreakReason::prev_mismatch);
    CHECK(report.broken->broken_at == 3);
}

} // namespace evenfold::tests::faults
