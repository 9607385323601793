#include "evenfold/storage/postgres/server_connection.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <utility>

#include "evenfold/storage/postgres/socket_wait.hpp"

namespace evenfold::storage::postgres {

namespace {

/// Returns the SQLSTATE in a verbose message such as "FATAL:  28P01: password authentication failed"; else empty.
std::string_view state_in(std::string_view message) {
    constexpr std::size_t length = 5;
    const auto is_part = [](char character) {
        return (character >= '0' && character <= '9') || (character >= 'A' && character <= 'Z');
    };
    for (std::size_t colon = message.find(": "); colon != std::string_view::npos;
         colon = message.find(": ", colon + 1)) {
        const std::size_t start = message.find_first_not_of(' ', colon + 1);
        if (start == std::string_view::npos) break;
        const std::string_view word = message.substr(start, length);
        const bool has_digit = std::ranges::any_of(word, [](char character) { return character <= '9'; });
        if (word.size() == length && has_digit && std::ranges::all_of(word, is_part) &&
            message.substr(start + length).starts_with(": "))
            return word;
    }
    return {};
}

Failure unreachable(std::string_view place, std::string_view message) {
    return failure_of(place, "connect", {.state = "57P03", .message = message});
}

} // namespace

std::expected<ServerConnection, Failure> ServerConnection::open(const ServerUrl& url, const ConnectOptions& options) {
    std::vector<const char*> keywords;
    std::vector<const char*> values;
    const auto add = [&](const char* keyword, const char* value) {
        keywords.push_back(keyword);
        values.push_back(value);
    };
    // The first ones are defaults, which the URL may replace: of equal keywords, libpq uses the last one.
    add("fallback_application_name", "evenfold");
    add("keepalives_idle", "30");
    add("tcp_user_timeout", "60000");
    for (const auto& [keyword, value] : url.options()) add(keyword.c_str(), value.c_str());
    add("client_encoding", "UTF8");
    add(nullptr, nullptr);
    ServerConnection made(url.shown(), options, PQconnectStartParams(keywords.data(), values.data(), 0));
    if (!made.handle_) return std::unexpected(unreachable(url.shown(), "no memory is left"));
    PQsetNoticeReceiver(made.handle_.get(), [](void*, const PGresult*) {}, nullptr); // the default prints
    PQsetErrorVerbosity(made.handle_.get(), PQERRORS_VERBOSE); // the only way to get the SQLSTATE of a refusal
    if (auto connected = made.finish_connecting(); !connected) return std::unexpected(connected.error());
    PQsetErrorVerbosity(made.handle_.get(), PQERRORS_DEFAULT);
    if (PQsetnonblocking(made.handle_.get(), 1) != 0) return std::unexpected(made.refusal());
    return made;
}

std::expected<void, Failure> ServerConnection::finish_connecting() {
    const Deadline deadline = std::chrono::steady_clock::now() + options_.connect_wait;
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;
    while (PQstatus(handle_.get()) != CONNECTION_BAD && state != PGRES_POLLING_OK && state != PGRES_POLLING_FAILED) {
        const auto wanted = state == PGRES_POLLING_READING ? SocketEvent::readable : SocketEvent::writable;
        const SocketState socket = wait_for_socket(PQsocket(handle_.get()), wanted, deadline);
        if (socket == SocketState::timed_out)
            return std::unexpected(
                unreachable(place_, fmt::format("no response within {} ms", options_.connect_wait.count())));
        if (socket != SocketState::interrupted) state = PQconnectPoll(handle_.get());
    }
    if (state == PGRES_POLLING_OK) return {};
    return std::unexpected(refusal());
}

/// Returns the failure of a connection attempt: the server's reason, or that there is no server.
Failure ServerConnection::refusal() const {
    const std::string_view message = PQerrorMessage(handle_.get());
    if (PQconnectionNeedsPassword(handle_.get()) == 1)
        return failure_of(place_, "connect", {.state = "28P01", .message = "the server requires a password"});
    const std::string_view state = state_in(message);
    if (state.empty()) return unreachable(place_, message);
    return failure_of(place_, "connect", {.state = state, .message = message});
}

Failure ServerConnection::lose(std::string_view operation, std::string_view message) {
    is_lost_ = true;
    return lost(place_, operation, message);
}

Failure ServerConnection::failure(std::string_view operation, const PGresult* result) {
    const char* state = result != nullptr ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
    if (state == nullptr) return lose(operation, PQerrorMessage(handle_.get()));
    const char* primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const ServerError error{.state = state, .message = primary != nullptr ? primary : ""};
    if (ends_connection(error.state) || PQstatus(handle_.get()) == CONNECTION_BAD)
        return lose(operation, fmt::format("{} (SQLSTATE {})", error.message, error.state));
    return failure_of(place_, operation, error);
}

std::expected<void, Failure> ServerConnection::send(const ServerQuery& query) {
    const auto known = prepared_.find(query.sql);
    const bool is_new = known == prepared_.end();
    const std::string name = is_new ? fmt::format("s{}", ++statements_) : known->second;
    new_names_.push_back(is_new ? name : std::string());
    const QueryParameters::Wire wire = query.parameters.wire();
    const int count = query.parameters.count();
    bool sent = true;
    if (is_new) {
        const std::string sql(query.sql);
        sent = PQsendPrepare(handle_.get(), name.c_str(), sql.c_str(), count, query.parameters.types().data()) == 1;
    }
    sent = sent && PQsendQueryPrepared(handle_.get(), name.c_str(), count, wire.values.data(), wire.lengths.data(),
                                       wire.formats.data(), 1) == 1;
    if (sent) return {};
    return std::unexpected(lose(query.operation, PQerrorMessage(handle_.get())));
}

std::expected<void, Failure> ServerConnection::flush(std::string_view operation, Deadline deadline) {
    for (;;) {
        const int left = PQflush(handle_.get());
        if (left == 0) return {};
        if (left < 0) return std::unexpected(lose(operation, PQerrorMessage(handle_.get())));
        // The server may be waiting until we read, too.
        const SocketState socket = wait_for_socket(PQsocket(handle_.get()), SocketEvent::either, deadline);
        if (socket == SocketState::timed_out) return std::unexpected(lose(operation, "the server reads nothing"));
        if (socket == SocketState::readable && PQconsumeInput(handle_.get()) == 0)
            return std::unexpected(lose(operation, PQerrorMessage(handle_.get())));
    }
}

std::expected<PGresult*, Failure> ServerConnection::next(std::string_view operation, Deadline deadline) {
    while (PQisBusy(handle_.get()) == 1) {
        const SocketState socket = wait_for_socket(PQsocket(handle_.get()), SocketEvent::readable, deadline);
        if (socket == SocketState::timed_out)
            return std::unexpected(
                lose(operation, fmt::format("no response within {} ms", options_.response_wait.count())));
        if (socket == SocketState::readable && PQconsumeInput(handle_.get()) == 0)
            return std::unexpected(lose(operation, PQerrorMessage(handle_.get())));
    }
    return PQgetResult(handle_.get());
}

/// Receives one result and the null that ends it.
std::expected<QueryResult, Failure>
ServerConnection::receive_one(std::string_view operation, ExecStatusType wanted, Deadline deadline) {
    const auto received = next(operation, deadline);
    if (!received) return std::unexpected(received.error());
    QueryResult result(*received);
    const ExecStatusType status = PQresultStatus(*received);
    const bool is_good = status == wanted || (wanted == PGRES_TUPLES_OK && status == PGRES_COMMAND_OK);
    if (!is_good) return std::unexpected(failure(operation, *received));
    if (const auto end = next(operation, deadline); !end) return std::unexpected(end.error());
    return result;
}

/// Receives the result of `query`, and before it, if `new_name` is not empty, that of its preparation.
std::expected<QueryResult, Failure>
ServerConnection::receive(const ServerQuery& query, const std::string& new_name, Deadline deadline) {
    if (!new_name.empty()) {
        if (auto prepared = receive_one(query.operation, PGRES_COMMAND_OK, deadline); !prepared) return prepared;
        prepared_.emplace(query.sql, new_name);
    }
    return receive_one(query.operation, PGRES_TUPLES_OK, deadline);
}

/// Discards the results of queries that were not run, up to the end of the round trip.
std::expected<void, Failure> ServerConnection::receive_sync(Deadline deadline) {
    constexpr std::string_view operation = "end a round trip";
    constexpr int nulls_max = 2; // more in a row mean that the connection is gone
    for (int nulls = 0; nulls <= nulls_max;) {
        const auto received = next(operation, deadline);
        if (!received) return std::unexpected(received.error());
        const QueryResult result(*received);
        nulls = *received == nullptr ? nulls + 1 : 0;
        if (*received == nullptr || PQresultStatus(*received) != PGRES_PIPELINE_SYNC) continue;
        if (PQexitPipelineMode(handle_.get()) == 1) return {};
        break;
    }
    return std::unexpected(lose(operation, PQerrorMessage(handle_.get())));
}

std::expected<void, Failure> ServerConnection::send_all(std::span<const ServerQuery> queries, Deadline deadline) {
    const std::string_view operation = queries.front().operation;
    if (is_lost_ || PQenterPipelineMode(handle_.get()) != 1)
        return std::unexpected(lose(operation, PQerrorMessage(handle_.get())));
    new_names_.clear();
    for (const ServerQuery& query : queries) {
        if (auto sent = send(query); !sent) return sent;
    }
    if (PQpipelineSync(handle_.get()) != 1) return std::unexpected(lose(operation, PQerrorMessage(handle_.get())));
    return flush(operation, deadline);
}

std::expected<std::vector<QueryResult>, Failure> ServerConnection::query_all(std::span<const ServerQuery> queries) {
    std::vector<QueryResult> results;
    if (queries.empty()) return results;
    const Deadline deadline = deadline_of_response();
    if (auto sent = send_all(queries, deadline); !sent) return std::unexpected(sent.error());
    std::expected<void, Failure> outcome;
    for (std::size_t index = 0; index < queries.size() && outcome; ++index) {
        auto result = receive(queries[index], new_names_[index], deadline);
        if (result)
            results.push_back(std::move(*result));
        else
            outcome = std::unexpected(result.error());
    }
    if (!is_lost_) {
        auto ended = receive_sync(deadline);
        if (outcome) outcome = std::move(ended);
    }
    if (!outcome) return std::unexpected(outcome.error());
    return results;
}

std::expected<QueryResult, Failure> ServerConnection::query(const ServerQuery& query) {
    auto results = query_all({&query, 1});
    if (!results) return std::unexpected(results.error());
    return std::move(results->front());
}

std::expected<void, Failure> ServerConnection::execute(std::string_view operation, const std::string& sql) {
    const Deadline deadline = deadline_of_response();
    if (is_lost_ || PQsendQuery(handle_.get(), sql.c_str()) != 1)
        return std::unexpected(lose(operation, PQerrorMessage(handle_.get())));
    if (auto flushed = flush(operation, deadline); !flushed) return flushed;
    std::expected<void, Failure> outcome;
    for (;;) {
        const auto received = next(operation, deadline);
        if (!received) return std::unexpected(received.error());
        if (*received == nullptr) return outcome;
        const QueryResult result(*received);
        const ExecStatusType status = PQresultStatus(*received);
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && outcome)
            outcome = std::unexpected(failure(operation, *received));
    }
}

std::expected<NotificationWait, Failure> ServerConnection::wait_for_notification(std::chrono::milliseconds limit) {
    constexpr std::string_view operation = "wait for a notification";
    const Deadline deadline = std::chrono::steady_clock::now() + limit;
    for (;;) {
        if (is_lost_ || PQconsumeInput(handle_.get()) == 0)
            return std::unexpected(lose(operation, PQerrorMessage(handle_.get())));
        bool is_notified = false;
        while (PGnotify* notification = PQnotifies(handle_.get())) {
            PQfreemem(notification);
            is_notified = true;
        }
        if (is_notified) return NotificationWait::notified;
        const SocketState socket = wait_for_socket(PQsocket(handle_.get()), SocketEvent::readable, deadline);
        if (socket == SocketState::interrupted) return NotificationWait::interrupted;
        if (socket == SocketState::timed_out) return NotificationWait::timed_out;
    }
}

} // namespace evenfold::storage::postgres
