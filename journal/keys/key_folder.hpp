/// A folder of secrets: one regular file per secret, of mode 0600 or 0400 and of this user. The symbolic link `current`
/// names the file whose secret writes; the others only verify. Without it, nothing is signed.
/// Shapes: a file has the bytes of one secret; a line end at its end is not part of it. `new_secret_file` writes 32
/// random bytes as 64 hexadecimal digits and a line end.
/// Errors: a Failure that names the file and the remedy. Everything else in the folder is refused, because a file that
/// is skipped could be the secret that somebody misses.
///
///     using namespace journal::keys;
///     const auto id = new_secret_file(folder / "2027");
///     if (!id) return id.error().what;
///     if (auto replaced = make_current(folder, "2027"); !replaced) return replaced.error().what;
///     assert(read_key_folder(folder)->front().key.id() == *id);
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "evenfold/journal/keys/key_ring.hpp"
#include "evenfold/system/failure.hpp"

namespace evenfold::journal::keys {

/// The name of the link in a folder of secrets.
inline constexpr const char* current_name = "current";

/// Reads the secrets in `folder`, in the order of their names. Fails if there is none.
[[nodiscard]] std::expected<std::vector<RingKey>, system::Failure> read_key_folder(const std::filesystem::path& folder);

/// Reads the secret in the file `path`. The key does not write.
[[nodiscard]] std::expected<RingKey, system::Failure> read_key_file(const std::filesystem::path& path);

/// Creates the file `path` with a new secret, durably, and returns the id of its key. Never overwrites a file.
[[nodiscard]] std::expected<std::string, system::Failure> new_secret_file(const std::filesystem::path& path);

/// Makes `current` in `folder` a link to its file `file`, atomically and durably: another process sees the old link or
/// the new one. Fails if the file has no valid secret.
[[nodiscard]] std::expected<void, system::Failure>
make_current(const std::filesystem::path& folder, const std::string& file);

} // namespace evenfold::journal::keys
