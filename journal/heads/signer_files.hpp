/// The files of the key that signs heads, and the verifier keys that a user names.
/// Shapes: in a folder, `signer.seed` has the seed as 64 hexadecimal digits (mode 0600, or 0400), and `signer.pub` the
/// verifier key as C2SP signed-note writes it. A file of verifier keys has one per line; empty lines and lines that
/// begin with # are skipped.
/// Errors: a Failure that names the file and the remedy, and never has any part of the seed.
///
///     using namespace journal::heads;
///     const auto created = new_signer_files("signer", "journal.example/plans");
///     if (!created) return created.error().what;
///     const auto key = load_signing_key("signer");
///     if (!key) return key.error().what;
///     assert(key->verifier() == *created);
///     assert(load_verifier_keys("signer/signer.pub")->front() == *created);
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "evenfold/journal/heads/keys.hpp"
#include "evenfold/system/failure.hpp"

namespace evenfold::journal::heads {

/// The name of the environment variable with the folder of the key that signs.
inline constexpr const char* signing_key_variable = "EVENFOLD_SIGNING_KEY";
inline constexpr const char* seed_file_name = "signer.seed";
inline constexpr const char* verifier_file_name = "signer.pub";

/// Creates both files for a new key of the journal `name` in `folder`, durably. A missing folder is created for this
/// user alone. Never overwrites a file.
[[nodiscard]] std::expected<VerifierKey, system::Failure>
new_signer_files(const std::filesystem::path& folder, const std::string& name);

/// Reads the key from both files, and fails if they do not belong together.
[[nodiscard]] std::expected<SigningKey, system::Failure> load_signing_key(const std::filesystem::path& folder);

/// Returns the verifier key whose text is `key_or_file`, or all keys in the file of this name.
[[nodiscard]] std::expected<std::vector<VerifierKey>, system::Failure>
load_verifier_keys(const std::string& key_or_file);

} // namespace evenfold::journal::heads
