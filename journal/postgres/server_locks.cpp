#include "evenfold/journal/postgres/server_locks.hpp"

#include <chrono>

namespace evenfold::journal::postgres {

namespace {

constexpr std::chrono::seconds session_wait{30}; // for changes of the schema

constexpr std::string_view try_lock_query = "SELECT pg_try_advisory_lock($1)";
constexpr std::string_view unlock_query = "SELECT pg_advisory_unlock($1)";
// A key is shown as its two halves.
constexpr std::string_view elsewhere_query =
    "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND "
    "database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND "
    "(classid::bigint << 32 | objid::bigint) = $1 AND pid <> pg_backend_pid())";

} // namespace

/// Differs from the number of the writer's lock, which is that of the journal without `_locks`.
std::int64_t ServerLocks::key_of(std::int64_t number) const {
    constexpr std::uint64_t purpose = 0x5f6c6f636b735f5f; // the letters "_locks__"
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(address_.lock_number()) ^ purpose ^
                                     static_cast<std::uint64_t>(number));
}

std::expected<void, Failure> ServerLocks::connect() {
    auto connection = address_.connect(SessionKind::reader, session_wait);
    if (!connection) return std::unexpected(connection.error());
    connection_ = std::move(*connection);
    for (auto number = taken_.begin(); number != taken_.end();) {
        const auto locked = ask(try_lock_query, *number);
        if (!locked) return std::unexpected(locked.error());
        number = *locked ? std::next(number) : taken_.erase(number);
    }
    return {};
}

std::expected<bool, Failure> ServerLocks::ask(std::string_view sql, std::int64_t number) {
    ServerQuery query{.operation = "lock for a program", .sql = sql};
    query.parameters.add(key_of(number));
    const auto row = connection_->query(query);
    if (row) return row->boolean(0, 0);
    if (connection_->is_lost()) connection_.reset();
    return std::unexpected(row.error());
}

std::expected<bool, Failure> ServerLocks::ask_again_if_lost(std::string_view sql, std::int64_t number) {
    if (connection_) {
        auto known = ask(sql, number);
        if (known || connection_) return known;
    }
    if (auto connected = connect(); !connected) return std::unexpected(connected.error());
    return ask(sql, number);
}

bool ServerLocks::try_lock(std::int64_t number) {
    const std::scoped_lock lock(mutex_);
    // Asks also for one that it has, because it may have been lost with the connection. The server counts the locks.
    const bool was_taken = taken_.contains(number);
    if (!ask_again_if_lost(try_lock_query, number).value_or(false)) return false;
    if (was_taken && taken_.contains(number)) (void)ask(unlock_query, number);
    taken_.insert(number);
    return true;
}

void ServerLocks::unlock(std::int64_t number) {
    const std::scoped_lock lock(mutex_);
    if (taken_.erase(number) == 0 || !connection_) return; // the end of a connection has unlocked it
    (void)ask(unlock_query, number);
}

bool ServerLocks::is_locked_elsewhere(std::int64_t number) {
    const std::scoped_lock lock(mutex_);
    return ask_again_if_lost(elsewhere_query, number).value_or(true);
}

} // namespace evenfold::journal::postgres
