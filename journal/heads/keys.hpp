/// Ed25519 keys that sign the heads of a journal, and keys that verify them.
/// Shapes: a signing key is made from a seed of 32 random bytes and is never written or printed. A verifier key is a
/// name and a public key; its text form is that of C2SP signed-note: name, key id and base64, joined by plus signs.
/// Signatures have a type: `note` signs a text, `cosignature` signs a head together with a time. One key makes both,
/// and has a text form and an id for each.
/// Lifetime: libcrypto holds the only copy of the seed and wipes it when the key is destroyed. The caller must wipe its
/// own copy.
/// Threads: const functions may be called from several threads.
/// Errors: a Failure for a name or a text that is not valid, or if libcrypto does not offer Ed25519.
/// Source: RFC 8032; C2SP signed-note and tlog-cosignature.
///
///     using namespace journal::heads;
///     const auto key = SigningKey::from_seed("journal.example/plans", seed);
///     if (!key) return key.error().what;
///     const VerifierKey& verifier = key->verifier();
///     const std::string text = verifier.to_text(SignatureType::note); // "journal.example/plans+871fc8e2+AXm1Vi6P..."
///     assert(VerifierKey::parse(text).value() == verifier);
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "evenfold/system/failure.hpp"

struct evp_pkey_st; // libcrypto's EVP_PKEY

namespace evenfold::journal::heads {

/// The byte with which C2SP names the kind of a signature.
enum class SignatureType : std::uint8_t { note = 0x01, cosignature = 0x04 };

inline constexpr std::size_t seed_bytes = 32;
inline constexpr std::size_t signature_bytes = 64;
using PublicKey = std::array<std::uint8_t, 32>;

class VerifierKey {
public:
    [[nodiscard]] static std::expected<VerifierKey, system::Failure> from(std::string name, const PublicKey& key);
    /// Reads a text form of either type. The key verifies signatures of both types.
    [[nodiscard]] static std::expected<VerifierKey, system::Failure> parse(std::string_view text);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const PublicKey& public_key() const { return key_; }
    /// Returns the first 4 bytes of SHA-256 of the name, a line break, the type and the public key.
    [[nodiscard]] std::uint32_t id(SignatureType type) const;
    [[nodiscard]] std::string to_text(SignatureType type) const;

    /// Returns whether `signature` is that of `message` by this key.
    [[nodiscard]] bool verifies(std::string_view message, std::string_view signature) const;

    friend bool operator==(const VerifierKey&, const VerifierKey&) = default;

private:
    VerifierKey(std::string name, const PublicKey& key) : name_(std::move(name)), key_(key) {}

    std::string name_;
    PublicKey key_;
};

class SigningKey {
public:
    [[nodiscard]] static std::expected<SigningKey, system::Failure>
    from_seed(std::string name, std::span<const std::uint8_t> seed);

    [[nodiscard]] const VerifierKey& verifier() const { return verifier_; }
    /// Returns the 64 bytes of the signature.
    [[nodiscard]] std::expected<std::string, system::Failure> sign(std::string_view message) const;

private:
    struct KeyRelease {
        void operator()(evp_pkey_st* key) const;
    };
    using KeyHandle = std::unique_ptr<evp_pkey_st, KeyRelease>;

    SigningKey(VerifierKey verifier, KeyHandle key) : verifier_(std::move(verifier)), key_(std::move(key)) {}

    VerifierKey verifier_;
    KeyHandle key_;
};

} // namespace evenfold::journal::heads
