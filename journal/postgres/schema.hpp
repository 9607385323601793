/// The tables of a journal in PostgreSQL: how they are recognised, checked and created, and the server's durability.
/// Shapes: format version 2, specified in docs/journal-postgres.md. Errors: Failure with the database.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/journal/journal.hpp"
#include "evenfold/journal/postgres/address.hpp"
#include "evenfold/journal/postgres/postgres_journal.hpp"

namespace evenfold::journal::postgres {

inline constexpr std::int64_t format_version = 2; // the columns of format 2 of the SQLite file

/// The content of a schema: a journal, or nothing, so that one may be created in it.
enum class SchemaContent : std::uint8_t { journal, nothing };

/// Refuses schemas of other applications, later formats, and journals whose tables are not those of the format.
[[nodiscard]] std::expected<SchemaContent, Failure>
recognise(ServerConnection& connection, const JournalAddress& address);

/// As `recognise`, but does not compare the tables with those of the format: for a verification of damaged ones.
[[nodiscard]] std::expected<SchemaContent, Failure>
find_journal(ServerConnection& connection, const JournalAddress& address);

/// Returns the domain that the journal was created for; empty if it was created for none.
[[nodiscard]] std::expected<std::string, Failure> domain_of(ServerConnection& connection);

/// Refuses a journal that was created for another domain. If `domain` is empty, accepts all.
[[nodiscard]] std::expected<void, Failure> check_domain(ServerConnection& connection, std::string_view domain);

/// Creates schema, tables and roles, or nothing. Does nothing if another connection has created them meanwhile. With a
/// key, the journal is signed from its first event on.
[[nodiscard]] std::expected<void, Failure>
create_journal(ServerConnection& connection, const JournalAddress& address, const PostgresOptions& options);

/// Fails with FailureKind::weaker if the server's settings would lose events in a power failure, and with
/// FailureKind::read_only if it is a standby.
[[nodiscard]] std::expected<void, Failure> check_server(ServerConnection& connection);

/// Returns the failure that the user is a member of neither role.
[[nodiscard]] Failure denied_access(std::string_view place);

/// Returns the failure that the settings promise less than a journal does.
[[nodiscard]] Failure weaker_settings(std::string_view place);

/// An SQL expression that is true if the server's settings survive a power failure.
inline constexpr std::string_view durable_settings =
    "(current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on' AND "
    "current_setting('synchronous_commit') <> 'off')";

/// Returns the failure that there is no journal.
[[nodiscard]] Failure no_journal(const JournalAddress& address);

/// Returns the failure that the journal has the receipt of `command`, but not its events.
[[nodiscard]] Failure events_gone(std::string_view place, const Receipt& receipt);

} // namespace evenfold::journal::postgres
