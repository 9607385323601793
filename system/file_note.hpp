/// A short text attached to a file, which goes with it when it is renamed, but not into a copy.
/// Shape: an extended attribute. File systems without them drop the text. Source: xattr(7).
///
///     (void)note_on("journal.db", "user.evenfold.path", "/data/journal.db");
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace evenfold::system {

/// Attaches `text` under `name`. Returns whether the file system keeps it.
bool note_on(const std::filesystem::path& file, const std::string& name, std::string_view text);

/// Returns the text under `name`; empty if there is none.
[[nodiscard]] std::string note_of(const std::filesystem::path& file, const std::string& name);

} // namespace evenfold::system
