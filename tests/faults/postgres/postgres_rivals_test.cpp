// A writer that is fenced by another process, and verifications while a writer appends.
#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/faults/judgement.hpp"
#include "evenfold/tests/faults/postgres/postgres_store.hpp"
#include "evenfold/tests/faults/writing_process.hpp"
#include "evenfold/tests/journal/postgres/postgres_journals.hpp"

namespace evenfold::tests::faults {

namespace {

using journal::Access;
using journal::Failure;
using journal::FailureKind;
using journal::Pipe;

constexpr std::uint64_t verified_steps = 200;

/// Appends until it is refused or has appended `last` batches. Returns the kind of the failure, or -1.
int append_until_fenced(const std::string& url, std::uint64_t last, const Pipe& acknowledged) {
    const auto journal = open_postgres_journal(url, Access::create, {.domain = "plans"});
    if (!journal) return 100;
    for (std::uint64_t number = 1; number <= last; ++number) {
        const auto receipts = (*journal)->append(std::vector{journal::contract::batch(number, {"a"})}, std::nullopt);
        if (!receipts) {
            const auto* failure = std::get_if<Failure>(&receipts.error());
            return failure ? static_cast<int>(failure->kind) : 101;
        }
        acknowledged.write(number);
    }
    return 0;
}

} // namespace

TEST_CASE("Rivals, PostgreSQL: a process that is fenced by another one loses nothing that was acknowledged.") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    WritingProcess first(0, [&](const Pipe& pipe) { return append_until_fenced(url, 1'000'000, pipe); });
    REQUIRE(first.await(20));
    const auto second = journal::open_journal(url, Access::read_write, {.exclusive = true});
    CHECK(first.end() == static_cast<int>(FailureKind::fenced));
    CHECK(second->head() == first.acknowledged());
    CHECK(!journal::kind_of_append(*second, 2'000'000));
    const auto records = read_all(*second);
    REQUIRE(records);
    CHECK(records->size() == first.acknowledged() + 1);
    CHECK(second->verify());
}

TEST_CASE("Rivals, PostgreSQL: a process that takes no epoch fences nobody (negative control).") {
    EVENFOLD_REQUIRE_SERVER(server);
    const std::string url = server->url(server->new_journal());
    WritingProcess first(0, [&](const Pipe& pipe) { return append_until_fenced(url, 60, pipe); });
    REQUIRE(first.await(20));
    const auto second = journal::open_journal(url, Access::read_write);
    CHECK(!journal::kind_of_append(*second, 2'000'000));
    CHECK(first.end() == 0);
    CHECK(first.acknowledged() == 60);
    CHECK(second->head() == 61);
}

TEST_CASE("Verify while appending, PostgreSQL: no false alarm beside a writer in another process.") {
    EVENFOLD_REQUIRE_SERVER(server);
    for (const bool is_signed : postgres_signings) {
        const std::string url = server->url(server->new_journal());
        const TestedStore store = postgres_store(url, is_signed);
        REQUIRE(store.open(1));
        WritingProcess writer(store, 0, {.last = verified_steps});
        const auto reader = journal::open_journal(url, Access::read_only);
        int verifications = 0;
        do {
            const std::string alarm = alarm_of(*reader, is_signed, key_before(verified_steps + 1));
            REQUIRE_MESSAGE(alarm.empty(), alarm);
            ++verifications;
        } while (!writer.has_ended());
        CHECK(writer.end() == 0);
        MESSAGE(verifications, " verifications");
        CHECK(verifications > 5);
        // Negative control: a receipt that is stored alone, as by a writer without transactions.
        REQUIRE(!journal::TableAccess(url).run("INSERT INTO receipts (command, fingerprint, first, count) SELECT "
                                               "gen_random_uuid(), '', sequence + 1, 2 FROM "
                                               "head"));
        CHECK(!alarm_of(*reader, is_signed, key_before(verified_steps + 1)).empty());
    }
}

} // namespace evenfold::tests::faults
