/// A connection to a PostgreSQL server. No other code in the program opens one.
/// Shapes: several queries may share a round trip; values are binary. Errors: Failure with the database, the operation
/// and the SQLSTATE. After FailureKind::disconnected the connection is of no further use, and the outcome of the last
/// operation is unknown. Not for use by two threads at once, nor by a child process after a fork.
///
///     auto connection = ServerConnection::open(url, {});
///     if (!connection) return std::unexpected(connection.error());
///     QueryParameters from;
///     from.add(std::int64_t{7});
///     auto rows = connection->query({"read events", "SELECT data FROM events WHERE sequence >= $1", std::move(from)});
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <libpq-fe.h>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "evenfold/storage/postgres/failure.hpp"
#include "evenfold/storage/postgres/query_parameters.hpp"
#include "evenfold/storage/postgres/query_result.hpp"
#include "evenfold/storage/postgres/server_url.hpp"

namespace evenfold::storage::postgres {

struct ConnectOptions {
    std::chrono::milliseconds connect_wait = std::chrono::seconds(10);
    /// The longest wait for the response to one round trip. After that the connection counts as lost.
    std::chrono::milliseconds response_wait = std::chrono::minutes(2);
};

/// One statement with its parameters. `operation` and `sql` are literals: they must live as long as the connection.
struct ServerQuery {
    std::string_view operation; // for messages: "read events"
    std::string_view sql;
    QueryParameters parameters{}; // NOLINT(readability-redundant-member-init): so that it may be left unnamed
};

enum class NotificationWait : std::uint8_t { notified, timed_out, interrupted };

class ServerConnection {
public:
    [[nodiscard]] static std::expected<ServerConnection, Failure>
    open(const ServerUrl& url, const ConnectOptions& options);

    /// Runs all statements of `sql`, without parameters and results.
    [[nodiscard]] std::expected<void, Failure> execute(std::string_view operation, const std::string& sql);

    /// Runs one statement, which is prepared when it is run first.
    [[nodiscard]] std::expected<QueryResult, Failure> query(const ServerQuery& query);

    /// Runs `queries` in one round trip. If one fails, those behind it are not run, and its failure is returned.
    [[nodiscard]] std::expected<std::vector<QueryResult>, Failure> query_all(std::span<const ServerQuery> queries);

    /// Waits until a notification of a LISTEN arrives, a signal, or `limit`. Returns at once if one has arrived before.
    [[nodiscard]] std::expected<NotificationWait, Failure> wait_for_notification(std::chrono::milliseconds limit);

    [[nodiscard]] bool is_lost() const { return is_lost_; }
    /// Returns the database for messages.
    [[nodiscard]] const std::string& place() const { return place_; }
    [[nodiscard]] std::chrono::milliseconds response_wait() const { return options_.response_wait; }
    void set_response_wait(std::chrono::milliseconds wait) { options_.response_wait = wait; }
    /// Returns the version, such as 150018 for 15.18.
    [[nodiscard]] int server_version() const { return PQserverVersion(handle_.get()); }

private:
    using Deadline = std::chrono::steady_clock::time_point;

    struct CloseConnection {
        void operator()(PGconn* handle) const { PQfinish(handle); }
    };

    ServerConnection(std::string place, const ConnectOptions& options, PGconn* handle)
        : place_(std::move(place)), options_(options), handle_(handle) {}

    [[nodiscard]] std::expected<void, Failure> finish_connecting();
    [[nodiscard]] Failure refusal() const;
    [[nodiscard]] std::expected<void, Failure> send_all(std::span<const ServerQuery> queries, Deadline deadline);
    [[nodiscard]] std::expected<void, Failure> send(const ServerQuery& query);
    [[nodiscard]] std::expected<void, Failure> flush(std::string_view operation, Deadline deadline);
    /// Returns the next result; null between two queries.
    [[nodiscard]] std::expected<PGresult*, Failure> next(std::string_view operation, Deadline deadline);
    [[nodiscard]] std::expected<QueryResult, Failure>
    receive(const ServerQuery& query, const std::string& new_name, Deadline deadline);
    [[nodiscard]] std::expected<QueryResult, Failure>
    receive_one(std::string_view operation, ExecStatusType wanted, Deadline deadline);
    [[nodiscard]] std::expected<void, Failure> receive_sync(Deadline deadline);
    [[nodiscard]] Failure failure(std::string_view operation, const PGresult* result);
    [[nodiscard]] Failure lose(std::string_view operation, std::string_view message);
    [[nodiscard]] Deadline deadline_of_response() const {
        return std::chrono::steady_clock::now() + options_.response_wait;
    }

    std::string place_;
    ConnectOptions options_;
    std::unique_ptr<PGconn, CloseConnection> handle_;
    std::unordered_map<std::string_view, std::string> prepared_; // the names of statements by their text
    std::vector<std::string> new_names_;                         // per query that was sent; empty if it was prepared
    std::uint64_t statements_ = 0;
    bool is_lost_ = false;
};

} // namespace evenfold::storage::postgres
