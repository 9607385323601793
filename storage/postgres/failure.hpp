/// Failures of a PostgreSQL server as text for users: the database, the operation, and a remedy.
/// Shapes: SQLSTATE codes of five characters; libpq's messages, which contain no password.
/// Source: https://www.postgresql.org/docs/15/errcodes-appendix.html
#pragma once

#include <string>
#include <string_view>

#include "evenfold/system/failure.hpp"

namespace evenfold::storage::postgres {

using system::Failure;
using system::FailureKind;

/// An error as the server or libpq reports it.
struct ServerError {
    std::string_view state; // SQLSTATE; empty if libpq itself found the error
    std::string_view message;
};

/// Returns the kind of an SQLSTATE.
[[nodiscard]] FailureKind kind_of_state(std::string_view state);

/// Returns whether the server ends the connection after an error with this SQLSTATE.
[[nodiscard]] bool ends_connection(std::string_view state);

/// Returns the failure of `operation` on the database that `place` names.
[[nodiscard]] Failure failure_of(std::string_view place, std::string_view operation, const ServerError& error);

/// Returns the failure that the connection was lost during `operation`.
[[nodiscard]] Failure lost(std::string_view place, std::string_view operation, std::string_view message);

/// Returns a failure of FailureKind::damaged: the database contains `what`, which is not valid.
[[nodiscard]] Failure damaged(std::string_view place, std::string_view what);

/// Returns `message` as one line, without the position in the server's source.
[[nodiscard]] std::string one_line(std::string_view message);

} // namespace evenfold::storage::postgres
