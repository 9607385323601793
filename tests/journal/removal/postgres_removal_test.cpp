// Payloads are removed from a signed journal in PostgreSQL: who may, which bytes the server keeps, and what waits.
#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "evenfold/tests/journal/postgres/postgres_rows.hpp"
#include "evenfold/tests/journal/removal/removal_cases.hpp"
#include "evenfold/tests/journal/removal/server_journal.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::tests::removal {

using namespace journal;

namespace {

using tests::chain::key_options;

class ServerFixture final : public RemovalFixture {
public:
    explicit ServerFixture(PostgresServer& server)
        : url_(server.url(server.new_journal())), journal_(open_journal(url_, Access::create, {.domain = "plans"})) {}

    Journal& journal() override { return *journal_; }
    Journal& other() override {
        if (!other_) other_ = open_journal(url_, Access::read_write, key_options(1));
        return *other_;
    }
    Journal& reader() override {
        if (!reader_) reader_ = open_journal(url_, Access::read_only);
        return *reader_;
    }

private:
    std::string url_;
    std::unique_ptr<Journal> journal_, other_, reader_;
};

Failure refusal_of_removal(Journal& journal, const Ranges& ranges = server_ranges) {
    const auto removed = journal.signatures()->remove_payloads(removal_of(journal, ranges));
    REQUIRE(!removed);
    return removed.error();
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("Removal, PostgreSQL: all cases hold.") {
    EVENFOLD_REQUIRE_SERVER(server);
    check_removal_cases([&] { return std::make_unique<ServerFixture>(*server); });
}

TEST_CASE("Removal, PostgreSQL: afterwards the tables refuse changes as before, and the view shows no payload.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerJournal on(*server);
    remove_now(on.journal(), server_ranges);
    CHECK(on.owner().run("UPDATE events SET actor = 'system' WHERE sequence = 1"));
    CHECK(on.owner().text("SELECT tgenabled FROM pg_trigger WHERE tgrelid = 'events'::regclass AND tgname = "
                          "'append_only'") == "O");
    CHECK(on.owner().text("SELECT count(*) FROM log WHERE data IS NULL") == std::to_string(server_count));
    CHECK(on.owner().text("SELECT count(*) FROM events WHERE removed = 1 AND data = '' AND salt IS NULL AND "
                          "octet_length(payload_hash) = 32") == std::to_string(server_count));
}

TEST_CASE("Removal, PostgreSQL: a removal that is refused leaves the trigger, and lifts it for nobody else.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerJournal on(*server);
    PayloadRemoval removal = removal_of(on.journal(), server_ranges);
    removal.statement.ranges.front().first = 2;
    CHECK(on.journal().signatures()->remove_payloads(removal).error().kind == FailureKind::invalid);
    CHECK(on.owner().run("UPDATE events SET actor = 'system' WHERE sequence = 1"));
    CHECK(on.owner().text("SELECT count(*) FROM removals") == "0");
}

TEST_CASE("Removal, PostgreSQL: the erased bytes are in no file of the tables, and all others still are (SL12).") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerJournal on(*server);
    CHECK(on.table_bytes().events_up_to(server_last) == server_last);
    remove_now(on.journal(), server_ranges);
    const FolderBytes bytes = on.table_bytes();
    for (Sequence sequence = 1; sequence <= server_last; ++sequence)
        CHECK_MESSAGE((bytes.with(sequence) == 0) == is_in_server_ranges(sequence), sequence);
}

TEST_CASE("Removal, PostgreSQL: rows that are emptied and not rebuilt leave bytes in files (negative control).") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerJournal on(*server);
    REQUIRE(!on.owner().run("ALTER TABLE events DISABLE TRIGGER append_only; UPDATE events SET data = '', salt = NULL; "
                            "ALTER TABLE events ENABLE TRIGGER append_only"));
    CHECK(on.table_bytes().events_up_to(server_last) == server_last);
    REQUIRE(!on.owner().run("VACUUM events")); // marks their space as free
    CHECK(on.table_bytes().events_up_to(server_last) > 0);
    REQUIRE(on.journal().signatures()->overwrite_removed());
    CHECK(on.table_bytes().events_up_to(server_last) == 0);
}

TEST_CASE("Removal, PostgreSQL: the write-ahead log keeps the bytes until an administrator has ended it.") {
    const auto server = PostgresServer::create(memory_storage());
    if (!server) return;
    ServerJournal on(*server);
    const auto end_segment = [&] {
        REQUIRE(!on.owner().run("SELECT pg_switch_wal()"));
        REQUIRE(!on.owner().run("CHECKPOINT")); // makes it ready for later use, or deletes it
    };
    for (int round = 0; round < 3; ++round) end_segment();
    remove_now(on.journal(), server_ranges);
    const FolderBytes tables = on.bytes_in("base"); // with the files from before
    for (Sequence sequence = 1; sequence <= server_last; ++sequence)
        CHECK_MESSAGE((tables.with(sequence) == 0) == is_in_server_ranges(sequence), sequence);
    CHECK(on.bytes_in("pg_wal").with(7) > 0); // as docs/erasure.md says
    REQUIRE(!on.owner().run("ALTER SYSTEM SET wal_recycle = off"));
    REQUIRE(!on.owner().run("SELECT pg_reload_conf()"));
    while (on.owner().text("SELECT current_setting('wal_recycle')") != "off") {}
    for (int rounds = std::stoi(on.owner().text("SELECT count(*) FROM pg_ls_waldir()")); rounds > 0; --rounds)
        end_segment();
    const FolderBytes all = on.bytes_in(".");
    for (Sequence sequence = 1; sequence <= server_last; ++sequence)
        CHECK_MESSAGE((all.with(sequence) == 0) == is_in_server_ranges(sequence), sequence);
}

TEST_CASE("Removal, PostgreSQL: statistics of the server have no payloads.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerJournal on(*server);
    REQUIRE(!on.owner().run("ANALYZE events"));
    const std::string of_column = "SELECT count(*) FROM pg_stats WHERE schemaname = current_schema() AND tablename = "
                                  "'events' AND attname = ";
    CHECK(on.owner().text(of_column + "'type'") == "1"); // negative control
    CHECK(on.owner().text(of_column + "'data'") == "0");
    CHECK(on.owner().text(of_column + "'salt'") == "0");
}

TEST_CASE("Removal, PostgreSQL: only the owner of the tables may, because a writer can neither lift nor rebuild.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerJournal on(*server);
    const std::string user = "writer_of_" + server->new_journal();
    REQUIRE(!on.owner().run("CREATE ROLE " + user + " LOGIN IN ROLE evenfold_writer"));
    std::string url = on.url();
    const auto writer = open_journal(url.replace(url.find("postgres@"), 9, user + "@"), Access::add_heads,
                                     {.lock_wait = std::chrono::milliseconds(100)});
    const Failure refused = refusal_of_removal(*writer);
    CHECK(refused.kind == FailureKind::denied);
    CHECK(contains(refused.what, "only the owner of the tables, postgres, may remove payloads"));
    CHECK(writer->signatures()->overwrite_removed().error().kind == FailureKind::denied);
    CHECK(on.owner().text("SELECT count(*) FROM removals") == "0");
    REQUIRE(!on.owner().run("ALTER TABLE events OWNER TO evenfold_writer")); // a member of the owner may
    {
        TableAccess reader(on.url()); // another user's session, which it must notice all the same
        REQUIRE(!reader.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
        CHECK(reader.text("SELECT count(*) FROM removals") == "0");
        CHECK(refusal_of_removal(*writer).kind == FailureKind::busy);
    }
    remove_now(*writer, server_ranges);
    CHECK(report_of(*writer, trust_in(*writer)).removed == server_count);
}

TEST_CASE("Removal, PostgreSQL: while a session reads an older state, its bytes stay, and a repetition removes them.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerJournal on(*server);
    const auto journal = open_journal(on.url(), Access::add_heads, {.lock_wait = std::chrono::milliseconds(100)});
    {
        TableAccess reader(on.url());
        REQUIRE(!reader.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
        const std::string process = reader.text("SELECT pg_backend_pid() FROM journal"); // takes its snapshot
        const Failure busy = refusal_of_removal(*journal);
        CHECK(busy.kind == FailureKind::busy);
        CHECK(contains(busy.what, "their bytes may still be in the storage of the tables: an older state can still be "
                                  "read by the session with the process id " +
                                      process));
        CHECK(journal->position()->erasures == 1);
        CHECK(on.table_bytes().with(7) > 0);
        // Negative control: without the wait, the rebuilt table has the rows that the session may read.
        REQUIRE(!on.owner().run("VACUUM (FULL) events"));
        CHECK(on.table_bytes().with(7) > 0);
        CHECK(reader.text("SELECT count(*) FROM events WHERE data <> ''") == std::to_string(server_last));
    }
    REQUIRE(journal->signatures()->overwrite_removed());
    CHECK(on.table_bytes().with(7) == 0);
    grow(on.journal(), server_last, 1);
    CHECK(report_of(*journal, trust_in(*journal)).ok());
}

TEST_CASE("Removal, PostgreSQL: a prepared transaction from before it is named.") {
    const auto server = PostgresServer::create(memory_storage());
    if (!server) return;
    server->stop();
    REQUIRE(server->start({"max_prepared_transactions=1"}));
    ServerJournal on(*server);
    REQUIRE(!on.owner().run("CREATE TABLE public.other (n int); BEGIN; INSERT INTO public.other VALUES (1); "
                            "PREPARE TRANSACTION 'left'"));
    const auto journal = open_journal(on.url(), Access::add_heads, {.lock_wait = std::chrono::milliseconds(50)});
    CHECK(contains(refusal_of_removal(*journal).what, "the prepared transaction left"));
    REQUIRE(!on.owner().run("ROLLBACK PREPARED 'left'"));
    REQUIRE(journal->signatures()->overwrite_removed());
    CHECK(on.table_bytes().with(7) == 0);
}

TEST_CASE(
    "Removal, PostgreSQL: a writer that is fenced removes nothing, and one without a connection connects again.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerJournal on(*server);
    REQUIRE(
        !on.owner().run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'evenfold' "
                        "AND pid <> pg_backend_pid()"));
    remove_now(on.journal(), {{1, 1}});
    const PayloadRemoval removal = removal_of(on.journal(), server_ranges);
    const auto exclusive = open_journal(on.url(), Access::add_heads, {.exclusive = true});
    CHECK(on.journal().signatures()->remove_payloads(removal).error().kind == FailureKind::fenced);
    CHECK(exclusive->position()->erasures == 1);
    REQUIRE(exclusive->signatures()->remove_payloads(removal));
}

} // namespace evenfold::tests::removal
