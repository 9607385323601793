/// The tables of a journal file: the statements that create them, and those that differ between the formats.
/// Shapes: as SQLite stores their text, so that a file can be compared with them. docs/journal-sqlite.md explains them.
#pragma once

#include <string>
#include <vector>

#include "evenfold/journal/sqlite/schema.hpp"

namespace evenfold::journal::sqlite {

/// Returns the statements that create the tables, the triggers and the view of a new journal.
[[nodiscard]] std::vector<std::string> schema_statements(JournalFormat format);

/// Returns the statements that change a journal of format 1 to format 2. They rewrite no row.
[[nodiscard]] std::vector<std::string> signing_statements();

/// Returns the statement that creates the trigger against changes of events, which is called `events_refuse_UPDATE`.
[[nodiscard]] std::string event_update_trigger();

/// Returns the INSERT of an event. Format 2 has six more parameters: salt, payload_hash, prev, mac, key and removed.
/// Those that are not bound are NULL.
[[nodiscard]] std::string event_insertion(JournalFormat format);

/// Returns the query for the id, the version and the last mac of the stream ?1. The mac is NULL in format 1.
[[nodiscard]] std::string stream_query(JournalFormat format);

} // namespace evenfold::journal::sqlite
