#include "evenfold/journal/postgres/address.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace evenfold::journal::postgres {

namespace {

constexpr std::size_t name_length_max = 48; // leaves room for `_derived` and for the prefix of the channel, of 63 bytes
constexpr int server_version_min = 140'000;

bool is_journal_name(std::string_view name) {
    const auto is_part = [](char character) {
        return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9') || character == '_';
    };
    return !name.empty() && name.size() <= name_length_max && std::ranges::all_of(name, is_part) &&
           (name.front() < '0' || name.front() > '9') && !name.starts_with("pg_");
}

/// Returns the settings of a session. Each statement has one good plan, over an index in its order, also when a plan
/// was made while the table was empty. A bitmap scan with a sort would read the whole rest of a stream for each page.
/// Just-in-time compilation costs more than any of the statements.
std::string settings_of(SessionKind kind, std::string_view schema, std::chrono::milliseconds lock_wait) {
    constexpr std::chrono::milliseconds longest = std::chrono::hours(24);
    const auto limit = std::clamp(lock_wait, std::chrono::milliseconds(1), longest); // 0 would be no limit
    return fmt::format("SET search_path = \"{}\"; SET lock_timeout = {}; SET statement_timeout = 0; "
                       "SET idle_in_transaction_session_timeout = 60000; SET enable_seqscan = off; "
                       "SET enable_bitmapscan = off; SET enable_sort = off; SET plan_cache_mode = force_generic_plan; "
                       "SET jit = off; "
                       "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3; "
                       "SET default_transaction_read_only = {};",
                       schema, limit.count(), kind == SessionKind::reader ? "on" : "off");
}

} // namespace

std::expected<JournalAddress, Failure> JournalAddress::parse(std::string_view url) {
    auto parsed = storage::postgres::ServerUrl::parse(url, "journal");
    if (!parsed) return std::unexpected(parsed.error());
    std::string schema = parsed->own_value().value_or("evenfold");
    if (!is_journal_name(schema)) {
        return std::unexpected(Failure{
            .kind = FailureKind::invalid,
            .what = fmt::format("{}: '{}' is not the name of a journal", parsed->shown(), schema),
            .remedy = fmt::format("Use 1 to {} characters a-z, 0-9 and _, beginning with neither a digit nor pg_.",
                                  name_length_max)});
    }
    return JournalAddress(*std::move(parsed), std::move(schema));
}

std::expected<ServerConnection, Failure>
JournalAddress::connect(SessionKind kind, std::chrono::milliseconds lock_wait) const {
    // The server ends a wait for a lock by itself, so the response to it comes later than the limit.
    storage::postgres::ConnectOptions options;
    options.response_wait += std::min<std::chrono::milliseconds>(lock_wait, std::chrono::hours(24));
    auto connection = ServerConnection::open(url_, options);
    if (!connection) return connection;
    if (connection->server_version() < server_version_min) {
        return std::unexpected(
            Failure{.kind = FailureKind::unsupported,
                    .what = fmt::format("{}: the server is PostgreSQL {}, and a journal needs 14 or later", shown(),
                                        connection->server_version() / 10'000),
                    .remedy = "Use a later server."});
    }
    if (auto set = connection->execute("apply the settings", settings_of(kind, schema_, lock_wait)); !set)
        return std::unexpected(set.error());
    return connection;
}

std::int64_t JournalAddress::lock_number() const {
    // FNV-1a. All programs that write the journal must use this number.
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char byte : channel()) hash = (hash ^ static_cast<std::uint8_t>(byte)) * 0x100000001b3;
    return static_cast<std::int64_t>(hash);
}

} // namespace evenfold::journal::postgres
