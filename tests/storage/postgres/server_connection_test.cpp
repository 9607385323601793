#include "evenfold/storage/postgres/server_connection.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "evenfold/tests/journal/child_process.hpp"
#include "evenfold/tests/journal/postgres/postgres_journals.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::storage::postgres {
namespace {

ServerConnection connect(const tests::PostgresServer& server, const ConnectOptions& options = {}) {
    const auto url = ServerUrl::parse(server.url("none"), "journal");
    REQUIRE(url);
    auto connection = ServerConnection::open(*url, options);
    REQUIRE(connection);
    return std::move(*connection);
}

/// Returns how many bytes a connection that opens writes to standard error.
std::uintmax_t bytes_printed_on_opening(const tests::PostgresServer& server) {
    const journal::ScratchFolder folder;
    const auto file = folder / "stderr";
    journal::ChildProcess process([&] {
        if (std::freopen(file.c_str(), "w", stderr) == nullptr) return 1;
        (void)connect(server);
        return std::fflush(stderr);
    });
    CHECK(process.end() == 0);
    return std::filesystem::file_size(file);
}

} // namespace

TEST_CASE("ServerConnection: warnings of the server, also while it opens, are not printed.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerConnection administrator = connect(*server);
    const auto set_version = [&](const std::string& version) {
        return administrator.execute("change the collation", "UPDATE pg_database SET datcollversion = " + version +
                                                                 " WHERE datname = 'postgres'");
    };
    REQUIRE(set_version("'of an older system'")); // each new connection is warned of it
    CHECK(bytes_printed_on_opening(*server) == 0);
    REQUIRE(set_version("NULL"));
}

TEST_CASE("ServerConnection: parameters and columns of every type are transferred whole.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerConnection connection = connect(*server);
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    const std::string bytes("a\0\xff", 3);
    const std::string uuid = "0123456789abcdef";
    ServerQuery query{.operation = "echo", .sql = "SELECT $1, $2, $3, $4, $5, $6::int, true, false"};
    query.parameters.add(least)
        .add(std::numeric_limits<std::uint64_t>::max())
        .add(bytes, ValueType::bytea)
        .add("", ValueType::text)
        .add(uuid, ValueType::uuid)
        .add_null(ValueType::int4);
    const auto row = connection.query(query);
    REQUIRE(row);
    CHECK(row->integer(0, 0) == least);
    CHECK(row->integer(0, 1) == std::numeric_limits<std::int64_t>::max()); // the largest that the server has
    CHECK(row->bytes(0, 2) == bytes);
    CHECK(row->bytes(0, 3).empty());
    CHECK(!row->is_null(0, 3));
    CHECK(row->bytes(0, 4) == uuid);
    CHECK(row->is_null(0, 5));
    CHECK(row->boolean(0, 6));
    CHECK(!row->boolean(0, 7));
}

TEST_CASE("ServerConnection: arrays are unnested together, and a shorter one ends in NULL.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerConnection connection = connect(*server);
    ArrayColumn numbers(ValueType::int8);
    ArrayColumn small(ValueType::int4);
    ArrayColumn texts(ValueType::text);
    ArrayColumn none(ValueType::bytea);
    for (const std::int64_t number : {-1, 0, 7}) numbers.add(number);
    small.add(std::int64_t{-5});
    texts.add("x");
    texts.add_null();
    texts.add("");
    ServerQuery query{.operation = "unnest", .sql = "SELECT * FROM unnest($1, $2, $3, $4)"};
    query.parameters.add(numbers).add(small).add(texts).add(none);
    const auto rows = connection.query(query);
    REQUIRE(rows);
    REQUIRE(rows->rows() == 3);
    CHECK(rows->integer(0, 0) == -1);
    CHECK(rows->integer(2, 0) == 7);
    CHECK(rows->integer(0, 1) == -5);
    CHECK(rows->is_null(1, 1));
    CHECK(rows->bytes(0, 2) == "x");
    CHECK(rows->is_null(1, 2));
    CHECK((!rows->is_null(2, 2) && rows->bytes(2, 2).empty()));
    CHECK((rows->is_null(0, 3) && rows->is_null(2, 3)));
}

TEST_CASE("ServerConnection: a failed query ends its round trip, and the connection can be used further.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerConnection connection = connect(*server);
    for (int time = 0; time < 3; ++time) { // the first time, the statements are prepared
        const std::vector<ServerQuery> queries{{.operation = "first", .sql = "SELECT 1"},
                                               {.operation = "second", .sql = "SELECT 1 / (random() * 0)::int"},
                                               {.operation = "third", .sql = "SELECT 3"}};
        const auto results = connection.query_all(queries);
        REQUIRE(!results);
        CHECK(results.error().what.find("second: division by zero (SQLSTATE 22012)") != std::string::npos);
        CHECK(!connection.is_lost());
        CHECK(connection.query(queries[2])->integer(0, 0) == 3);
        CHECK(connection.query({.operation = "wrong", .sql = "SELEC"}).error().kind == FailureKind::damaged);
        CHECK(connection.execute("wrong", "SELECT 1; SELEC").error().kind == FailureKind::damaged);
        CHECK(connection.execute("right", "SELECT 1; SELECT 2"));
    }
}

TEST_CASE("ServerConnection: long parameters and long results of one round trip do not wait for each other.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerConnection connection = connect(*server);
    const std::string large(std::size_t{8} << 20U, 'x');
    std::vector<ServerQuery> queries;
    for (int number = 0; number < 4; ++number) {
        queries.push_back({.operation = "echo", .sql = "SELECT $1"});
        queries.back().parameters.add(large, ValueType::bytea);
    }
    const auto results = connection.query_all(queries);
    REQUIRE(results);
    for (const QueryResult& result : *results) CHECK(result.bytes(0, 0) == large);
}

TEST_CASE("ServerConnection: a server that does not respond in time counts as lost.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerConnection connection = connect(*server, {.response_wait = std::chrono::milliseconds(50)});
    CHECK(connection.query({.operation = "wait", .sql = "SELECT pg_sleep(0)"})); // negative control
    const auto late = connection.query({.operation = "wait", .sql = "SELECT pg_sleep(100)"});
    REQUIRE(!late);
    CHECK(late.error().kind == FailureKind::disconnected);
    CHECK(late.error().what.find("wait: the connection was lost: no response within 50 ms") != std::string::npos);
    CHECK(connection.is_lost());
    CHECK(connection.query({.operation = "go on", .sql = "SELECT 1"}).error().kind == FailureKind::disconnected);
    CHECK(connection.execute("go on", "SELECT 1").error().kind == FailureKind::disconnected);
    CHECK(connection.wait_for_notification({}).error().kind == FailureKind::disconnected);
}

TEST_CASE("ServerConnection: a notification that came before the wait ends it at once.") {
    EVENFOLD_REQUIRE_SERVER(server);
    ServerConnection listener = connect(*server);
    ServerConnection notifier = connect(*server);
    REQUIRE(listener.execute("listen", "LISTEN some_channel"));
    CHECK(listener.wait_for_notification(std::chrono::milliseconds(1)) == NotificationWait::timed_out);
    REQUIRE(notifier.execute("notify", "NOTIFY some_channel; NOTIFY other_channel"));
    REQUIRE(listener.query({.operation = "read", .sql = "SELECT 1"}));
    CHECK(listener.wait_for_notification(std::chrono::minutes(2)) == NotificationWait::notified);
    CHECK(listener.wait_for_notification(std::chrono::milliseconds(1)) == NotificationWait::timed_out);
}

} // namespace evenfold::storage::postgres
