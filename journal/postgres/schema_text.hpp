/// The statements that create a journal's schema.
/// Shape: SQL for PostgreSQL 14 and later. `{}` stands for the name of the schema, which needs no quotes.
#pragma once

#include <string_view>

namespace evenfold::journal::postgres {

/// Creates the roles, unless they exist. They belong to the server, and all its journals share them.
[[nodiscard]] std::string_view roles_text();

/// Creates the tables, triggers, grants and the view in a schema that exists and is empty.
[[nodiscard]] std::string_view schema_text();

/// Creates the schema of derived tables, unless it exists. `{}` stands for its name. It belongs to the writers; where
/// the creator is not one of them, they get its permissions. Does nothing if the creator may create no schema.
[[nodiscard]] std::string_view derived_text();

} // namespace evenfold::journal::postgres
