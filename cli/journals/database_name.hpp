/// The value of --db.
/// Shapes: the name of a file, or the URL of a journal on a server.
#pragma once

#include <string_view>

namespace evenfold::cli {

/// Returns whether `database` is the URL of a journal in PostgreSQL.
[[nodiscard]] inline bool names_server(std::string_view database) {
    return database.starts_with("postgresql://") || database.starts_with("postgres://");
}

} // namespace evenfold::cli
