/// Reads files of the work tree into blobs, as raw bytes.
/// Shapes: a name in an open folder. A symbolic link is never followed: its blob holds its target.
/// Errors: Failure naming the file; an errno for small files.
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
    FileStatus status; // of the file that was read
};

/// Reads the file or link `name` of `folder` and adds it to `objects`; `shown` names it in a failure. Returns nothing
/// if it is gone or no longer a file. Retries a few times if it changes meanwhile; the last read counts.
[[nodiscard]] std::expected<std::optional<ReadBlob>, Failure>
read_blob(int folder, const std::string& name, const std::filesystem::path& shown, Objects& objects);

/// Returns the id of the file or link `name` of `folder` as a blob. Keeps no bytes of it.
[[nodiscard]] std::expected<ObjectId, Failure>
hash_file(int folder, const std::string& name, const std::filesystem::path& shown);

/// Returns the bytes of a file of at most a few megabytes. Fails with ELOOP for a symbolic link, EISDIR for a non-file.
[[nodiscard]] std::expected<std::string, int> read_small_file(int folder, const std::string& name);

} // namespace evenfold::git
