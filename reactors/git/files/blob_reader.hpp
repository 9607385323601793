/// Files of the work tree read into blobs, as they lie there.
/// Shapes: a name in an open folder, never followed if it is a symbolic link: its blob is where it points to.
/// Errors: Failure naming the file; small files answer an errno.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>

#include "evenfold/reactors/git/files/stat_cache.hpp"
#include "evenfold/reactors/git/store/objects.hpp"

namespace evenfold::git {

struct ReadBlob {
    ObjectId id;
    Look look; // at what was read
};

/// Reads the file or link `name` of `folder` and adds it to `objects`; `shown` names it in a failure. Nothing if it is
/// gone, or no longer a file. A file that is written to is read again, a few times; then as it was read last.
[[nodiscard]] std::expected<std::optional<ReadBlob>, Failure>
read_blob(int folder, const std::string& name, const std::filesystem::path& shown, Objects& objects);

/// The bytes of a file of at most a few megabytes; ELOOP for a symbolic link, EISDIR for what is no file.
[[nodiscard]] std::expected<std::string, int> read_small_file(int folder, const std::string& name);

} // namespace evenfold::git
