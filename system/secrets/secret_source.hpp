/// Reads secrets from files, from an open descriptor and from the environment; creates and destroys files of secrets.
/// Shapes: the bytes of a secret. One line end at the end of a file, "\n" or "\r\n", is not part of it.
/// A file must be a regular file of this user that nobody else can read: mode 0600 or 0400.
/// Errors: a Failure that names the file and the remedy, and never has any part of the secret.
///
///     const auto secret = read_secret_file("keys/current", 1024);
///     if (!secret) return report(secret.error().what, secret.error().remedy);
///     use(secret->view());
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/system/descriptor.hpp"
#include "evenfold/system/failure.hpp"
#include "evenfold/system/secrets/secret_bytes.hpp"

namespace evenfold::system {

/// Reads the secret in the file `path`, which must not be a symbolic link. Fails if it has more than `bytes_max` bytes.
[[nodiscard]] std::expected<SecretBytes, Failure>
read_secret_file(const std::filesystem::path& path, std::size_t bytes_max);

/// Reads the secret from `descriptor` up to its end. `shown` names it in a failure.
[[nodiscard]] std::expected<SecretBytes, Failure>
read_secret(const Descriptor& descriptor, const std::string& shown, std::size_t bytes_max);

/// Returns the value of the environment variable `name`, which is then overwritten and removed, so that no program that
/// this process starts inherits it. The next call therefore returns nullopt. Not thread-safe.
[[nodiscard]] std::optional<SecretBytes> take_secret_variable(const std::string& name);

/// Creates the file `path` with `bytes` and mode 0600, durably and whole: a loss of power leaves all of it or nothing.
/// Fails with FailureKind::exists if something of that name exists.
[[nodiscard]] std::expected<void, Failure>
create_secret_file(const std::filesystem::path& path, std::string_view bytes);

/// Overwrites the file `path` with zeros, removes it, and flushes both. Does nothing if there is no such file. It does
/// not reach older bytes below the file, such as the spare blocks of a flash disk or a snapshot of the file system.
[[nodiscard]] std::expected<void, Failure> destroy_secret_file(const std::filesystem::path& path);

/// Fails unless `folder` is a folder of this user or the administrator, in which nobody else can create files.
[[nodiscard]] std::expected<void, Failure> check_secret_folder(const std::filesystem::path& folder);

} // namespace evenfold::system
