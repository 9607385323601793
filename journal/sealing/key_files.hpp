/// The files of a key store: a key per subject, and the record of each key that was destroyed.
/// Shapes: `secret`, from which names are made; `keys/NAME`, 64 hexadecimal digits; `erased/NAME`, empty; `erasures`, a
/// byte per erasure. The file `erasures` is locked while a key is created or destroyed.
/// Errors: a Failure with the path. A destruction that was interrupted is completed by the next one or by `open`; until
/// then its key is not used, because its record is written first.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <utility>
#include <variant>

#include "evenfold/system/appended_file.hpp"
#include "evenfold/system/descriptor.hpp"
#include "evenfold/system/failure.hpp"
#include "evenfold/system/secrets/secret_bytes.hpp"

namespace evenfold::journal::sealing {

/// A key that was destroyed, and a key that the store never had.
struct DestroyedKey {};
struct MissingKey {};

using StoredKey = std::variant<system::SecretBytes, DestroyedKey, MissingKey>;

/// Any thread may call it, in any number of processes.
class KeyFiles {
public:
    /// Creates the folder, whose parent must be writable, with a new secret. Fails with FailureKind::exists if there is
    /// a store or something else. Continues a creation that was interrupted.
    [[nodiscard]] static std::expected<KeyFiles, system::Failure> create(const std::filesystem::path& folder);
    [[nodiscard]] static std::expected<KeyFiles, system::Failure> open(const std::filesystem::path& folder);

    /// Returns the secret of the store.
    [[nodiscard]] const system::SecretBytes& secret() const { return secret_; }

    /// Returns the key of that name.
    [[nodiscard]] std::expected<StoredKey, system::Failure> find(const std::string& name) const;

    /// Returns the key of that name, which is created durably if there is none.
    [[nodiscard]] std::expected<StoredKey, system::Failure> find_or_create(const std::string& name) const;

    /// Destroys the key of that name. Returns whether there was one.
    [[nodiscard]] std::expected<bool, system::Failure> destroy(const std::string& name) const;

    /// Returns the number of erasures so far, in all processes.
    [[nodiscard]] std::uint64_t erasures() const;

private:
    KeyFiles(std::filesystem::path folder, system::SecretBytes secret, system::Descriptor erasures)
        : folder_(std::move(folder)), secret_(std::move(secret)), erasures_(std::move(erasures)) {}

    [[nodiscard]] std::expected<void, system::Failure> complete_destructions() const;
    [[nodiscard]] std::expected<void, system::Failure>
    destroy_locked(system::AppendedFile& erasures, const std::string& name) const;

    std::filesystem::path folder_;
    system::SecretBytes secret_;
    system::Descriptor erasures_;
};

} // namespace evenfold::journal::sealing
