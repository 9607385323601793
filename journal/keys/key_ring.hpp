/// The secrets with which a program signs and verifies a journal, from where its user has put them: the environment
/// variable EVENFOLD_HMAC_SECRET, a folder (see key_folder.hpp), an open descriptor, or the published development key.
/// Shapes: at most one key writes; all of them verify. A key is named by its id; its source by a path or a variable.
/// Secrets are never in a message. The memory from which they were read is overwritten.
/// Threads: reading changes the environment, so do it before other threads start.
/// Errors: a Failure that names the source and the remedy. Shorter and longer secrets are refused with their length.
///
///     const auto ring = journal::keys::read_key_ring({.folder = "keys"});
///     if (!ring) return ring.error().what + ": " + ring.error().remedy;
///     trust.secrets = ring->secrets(); // of a `journal::chain::verify`
///     if (!ring->writing()) return "no secret signs: name one, or let keys/current name it";
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evenfold/journal/chain/keys/journal_key.hpp"
#include "evenfold/system/failure.hpp"
#include "evenfold/system/secrets/secret_bytes.hpp"

namespace evenfold::journal::keys {

/// The name of the environment variable whose text is the secret that writes.
inline constexpr const char* secret_variable = "EVENFOLD_HMAC_SECRET";
/// The name of the environment variable with the folder of secrets.
inline constexpr const char* folder_variable = "EVENFOLD_KEYS";

struct RingKey {
    chain::JournalKey key;
    std::string source; // a path, a variable, "descriptor 3" or "the development key"
    bool writes = false;
};

class KeyRing {
public:
    /// Adds a key. The same secret from a second source counts once. Fails if another key writes already.
    [[nodiscard]] std::expected<void, system::Failure> add(RingKey key);

    /// Returns the key that signs new events; nullptr if there is none.
    [[nodiscard]] const RingKey* writing() const;
    /// Returns all keys, in the order in which they were read.
    [[nodiscard]] std::span<const RingKey> keys() const { return keys_; }
    /// Returns all keys, for `chain::ChainTrust::secrets`.
    [[nodiscard]] std::vector<chain::JournalKey> secrets() const;
    /// Returns whether one of the keys is the published one. The program must then say that signatures prove nothing.
    [[nodiscard]] bool has_development_key() const;

private:
    std::vector<RingKey> keys_;
};

/// Where a program's secrets are, besides the environment.
struct KeySources {
    std::optional<std::filesystem::path> folder =
        std::nullopt; // none: the folder that EVENFOLD_KEYS names, if it is set
    std::optional<int> descriptor =
        std::nullopt;             // whose secret writes; it is closed after reading, unless it is a standard stream
    bool development_key = false; // which writes
};

/// Reads all secrets of `sources` and of the environment. A ring without keys is no error. The variable with the secret
/// is removed from the environment, so that the second call does not find it.
[[nodiscard]] std::expected<KeyRing, system::Failure> read_key_ring(const KeySources& sources);

/// Makes a key from `secret`; `source` names it in a failure.
[[nodiscard]] std::expected<chain::JournalKey, system::Failure>
key_from(const system::SecretBytes& secret, const std::string& source);

} // namespace evenfold::journal::keys
