/// Signed journals in SQLite files from which payloads are removed.
/// Shapes: as in signed_removal.hpp. Each function fails the test if the journal refuses.
#pragma once

#include <cstdint>
#include <filesystem>

#include "evenfold/tests/journal/removal/signed_removal.hpp"
#include "evenfold/tests/journal/signed/signed_file.hpp"

namespace evenfold::tests::removal {

/// Creates the journal `file` with `unsigned_events` events, and then `signed_events` that are signed with key 1.
void create(const std::filesystem::path& file, std::uint64_t unsigned_events, std::uint64_t signed_events);

} // namespace evenfold::tests::removal
