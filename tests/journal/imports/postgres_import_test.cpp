// Imports of rows into journals in PostgreSQL, beside writers and readers.
#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "evenfold/journal/signatures.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/imports/import_cases.hpp"
#include "evenfold/tests/journal/postgres/postgres_rows.hpp"

namespace evenfold::tests::exchange {
namespace {

using chain::key_options;
using journal::Access;
using journal::FailureKind;
using journal::Journal;
using journal::open_journal;
using journal::TableAccess;
using journal::contract::batch;

class ServerPlace final : public CopyPlace {
public:
    explicit ServerPlace(PostgresServer& server) : url_(server.url(server.new_journal())) {}

    std::shared_ptr<Journal> open(const StoredJournal& stored) override {
        return open_journal(url_, std::exchange(exists_, true) ? Access::add_heads : Access::create,
                            {.domain = stored.domain, .origin = stored.origin});
    }
    std::shared_ptr<Journal> open_to_write() override { return open_journal(url_, Access::read_write, key_options(1)); }
    [[nodiscard]] const std::string& url() const { return url_; }

private:
    std::string url_;
    bool exists_ = false;
};

/// Waits until a session of the journal waits for a lock.
void await_a_waiter(TableAccess& tables) {
    while (tables.text("SELECT count(*) FROM pg_locks WHERE NOT granted") == "0") {}
}

} // namespace

TEST_CASE("Import, PostgreSQL: all cases hold.") {
    EVENFOLD_REQUIRE_SERVER(server);
    check_import_cases([&] { return std::make_unique<ServerPlace>(*server); });
}

TEST_CASE("Import, PostgreSQL: head row, epoch, tiles and the schema of derived tables are as an append leaves them.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerPlace place(*server);
    HistoryWriter history = chain::signed_history(5, 300, false);
    REQUIRE(import_into(place, history.stored));
    TableAccess tables(place.url());
    CHECK(tables.text("SELECT sequence FROM head") == std::to_string(history.head()));
    CHECK(tables.text("SELECT mac = (SELECT mac FROM events ORDER BY sequence DESC LIMIT 1) FROM head") == "true");
    CHECK(tables.text("SELECT epoch FROM head") == "0");
    CHECK(tables.text("SELECT count(*) FROM tiles") == std::to_string(history.head() / 256));
    CHECK(tables.text("SELECT count(*) FROM pg_namespace WHERE nspname = current_schema() || '_derived'") == "1");
    CHECK(place.open(history.stored)->verify());
}

TEST_CASE("Import, PostgreSQL: long payloads and many streams are sent in several groups.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerPlace place(*server);
    HistoryWriter history(3);
    for (int command = 0; command < 1100; ++command) history.append_to({"stream " + std::to_string(command)});
    for (std::size_t at = 0; at < 5; ++at) history.stored.events[at * 2].data.assign(3U << 20U, 'x');
    const Imported imported = import_into(place, history.stored);
    REQUIRE_MESSAGE(imported, imported.error().what);
    CHECK((exported(place, history.stored) == text_of(history.stored)));
    CHECK(place.open(history.stored)->verify());
}

TEST_CASE(
    "Import, PostgreSQL: a writer that is open waits and appends behind the rows, of which readers are notified.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerPlace place(*server);
    const HistoryWriter history = chain::short_history(6);
    REQUIRE(import_into(place, beginning_of(history, 3)));
    const auto writer = place.open_to_write();
    const auto copy = place.open(history.stored);
    Sequence woken = 0;
    std::thread reader([&] { woken = copy->wait(3, std::chrono::minutes(1)).value(); });
    const auto sink = copy->signatures()->open_sink({}).value();
    CHECK(sink->begin(chain::MemoryChainSource(history.stored).start().value())->head == 3);
    Sequence appended = 0;
    std::thread appender([&] {
        const auto receipts = writer->append(std::vector{batch(1'000'000, {"a"})}, std::nullopt);
        if (receipts) appended = receipts->front().first;
    });
    TableAccess tables(place.url());
    await_a_waiter(tables);
    for (std::size_t at = 3; at < 6; ++at) {
        CHECK(sink->add(history.stored.events[at]));
        CHECK(sink->add(history.stored.receipts[at]));
    }
    CHECK(sink->commit());
    appender.join();
    reader.join();
    CHECK(appended == 7);
    CHECK(woken >= 6);
    const ChainReport report = report_of_copy(place, history.stored, chain::trust_of(1));
    CHECK(report.ok());
    CHECK(report.events == 7);
}

TEST_CASE("Import, PostgreSQL: writers and imports that wait too long are refused as busy, and nothing is lost.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerPlace place(*server);
    const HistoryWriter history = chain::short_history(6);
    REQUIRE(import_into(place, beginning_of(history, 3)));
    journal::PostgresOptions options = key_options(1);
    options.lock_wait = std::chrono::milliseconds(50);
    const auto writer = open_journal(place.url(), Access::read_write, options);
    const auto copy = place.open(history.stored);
    chain::MemoryChainSource source(history.stored);
    {
        const auto sink = copy->signatures()->open_sink({}).value();
        REQUIRE(sink->begin(chain::MemoryChainSource(history.stored).start().value()));
        const auto refused = writer->append(std::vector{batch(1'000'000, {"a"})}, std::nullopt);
        REQUIRE(!refused);
        CHECK(std::get<journal::Failure>(refused.error()).kind == FailureKind::busy);
    }
    CHECK(import_into(place, history.stored)); // the sink that was given up has left nothing
    const auto held = copy->hold();
    REQUIRE(held);
    CHECK(copy->signatures()->open_sink({}).error().kind == FailureKind::busy); // by this thread
    const auto waiting = writer->signatures()->open_sink({}).value();
    CHECK(import_rows(source, *waiting).error().kind == FailureKind::busy);
    CHECK(copy->head() == history.head());
}

TEST_CASE("Import, PostgreSQL: a writer that was fenced, or a reader, imports nothing.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerPlace place(*server);
    const HistoryWriter history = chain::short_history(6);
    REQUIRE(import_into(place, beginning_of(history, 3)));
    const auto copy = place.open(history.stored);
    const auto exclusive = open_journal(place.url(), Access::add_heads, {.exclusive = true});
    chain::MemoryChainSource source(history.stored);
    CHECK(import_rows(source, *copy->signatures()->open_sink({}).value()).error().kind == FailureKind::fenced);
    CHECK(copy->head() == 3);
    const auto reader = open_journal(place.url(), Access::read_only);
    CHECK(reader->signatures()->open_sink({}).error().kind == FailureKind::read_only);
    CHECK(import_into(place, history.stored)); // which joins the new epoch
    CHECK(TableAccess(place.url()).text("SELECT epoch FROM head") == "1");
}

} // namespace evenfold::tests::exchange
