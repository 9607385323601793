/// The keys that sign a journal, derived from one secret.
/// Shapes: a secret has 32 to 1,024 bytes. The key of scheme v2 is HMAC(secret, "evenfold/mac/v2"); the key's id is
/// the first 8 bytes of HMAC(that key, "evenfold/key-id") as 16 hexadecimal digits. So a secret names itself, and a
/// wrong one is recognised before anything is checked with it. Scheme compat-v1 signs with the secret itself.
/// Errors: a secret of another length is refused with its length.
///
///     const auto key = JournalKey::from_secret(secret);
///     if (!key) return to_text(key.error());
///     key->id(); // "bb0f877a81fb14b9"
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "evenfold/journal/chain/keys/hmac.hpp"

namespace evenfold::journal::chain {

inline constexpr std::size_t secret_bytes_min = 32;
inline constexpr std::size_t secret_bytes_max = 1'024;

/// A published secret for tries without secrecy. Reports name it, because anybody can sign with it.
inline constexpr std::string_view development_secret = "evenfold development key: signatures with it prove nothing";

/// A secret that is too short to be safe, or longer than any key.
struct SecretSizeError {
    std::size_t size = 0;
    friend bool operator==(const SecretSizeError&, const SecretSizeError&) = default;
};

/// Returns a message with the size and the limits, without any part of the secret.
[[nodiscard]] std::string to_text(const SecretSizeError& error);

/// The keys of one secret. Each copy wipes its memory when it is destroyed.
class JournalKey {
public:
    [[nodiscard]] static std::expected<JournalKey, SecretSizeError> from_secret(std::string_view secret);

    /// Returns the 16 hexadecimal digits that name the secret.
    [[nodiscard]] const std::string& id() const { return id_; }
    /// Returns the key of scheme v2, which also signs the genesis, key changes and receipts without events.
    [[nodiscard]] const HmacKey& v2() const { return v2_; }
    /// Returns the key of scheme compat-v1: the secret itself.
    [[nodiscard]] const HmacKey& compat() const { return compat_; }

private:
    JournalKey(std::string_view secret, std::string_view derived);

    HmacKey compat_;
    HmacKey v2_;
    std::string id_;
};

} // namespace evenfold::journal::chain
