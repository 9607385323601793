/// Whether the tables of a journal are those of the format, and nothing foreign acts on them. A trigger could swallow
/// an insert, so that a receipt would be returned for events that were not stored.
/// Shapes: the columns of the format's tables, their unique indexes, each trigger and index on them, the view `log`.
/// Tables with other names, and views and indexes over those, are allowed and never read. Missing triggers are allowed,
/// since the format's own only guard against accidents.
#pragma once

#include <expected>

#include "evenfold/journal/sqlite/schema.hpp"

namespace evenfold::journal::sqlite {

/// Fails with FailureKind::damaged, naming the first object that differs. O(objects in the database).
[[nodiscard]] std::expected<void, Failure> check_schema(const Database& database, JournalFormat format);

} // namespace evenfold::journal::sqlite
