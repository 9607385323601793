/// A stored event as JSON, the same wherever the program prints one.
/// Shapes: ids and instants as text; data as the JSON that it is.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "evenfold/journal/journal.hpp"

namespace evenfold::cli {

/// `{"sequence", "stream", "version", "command_id", "index", "actor", "cause"?, "correlation", "at", "stored_at",
/// "type", "type_version", "data"}`; data that is not JSON stands as a string.
[[nodiscard]] nlohmann::ordered_json json_of(const journal::Record& record);

} // namespace evenfold::cli
