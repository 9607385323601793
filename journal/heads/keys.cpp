#include "evenfold/journal/heads/keys.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>

#include "evenfold/journal/chain/hash.hpp"
#include "evenfold/journal/heads/text_forms.hpp"

namespace evenfold::journal::heads {
namespace {

using system::Failure;
using system::FailureKind;

/// Removes the errors of this scope from libcrypto's queue of the thread, which belongs to the program.
class ErrorQueueMark {
public:
    ErrorQueueMark() { ERR_set_mark(); }
    ErrorQueueMark(const ErrorQueueMark&) = delete;
    ErrorQueueMark& operator=(const ErrorQueueMark&) = delete;
    ~ErrorQueueMark() { ERR_pop_to_mark(); }
};

struct ContextRelease {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using DigestContext = std::unique_ptr<EVP_MD_CTX, ContextRelease>;

const unsigned char* octets(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::unexpected<Failure> unsupported() {
    return std::unexpected(Failure{.kind = FailureKind::unsupported,
                                   .what = "libcrypto does not offer Ed25519",
                                   .remedy = "allow Ed25519 in openssl.cnf"});
}

std::unexpected<Failure> invalid_key(std::string what) {
    return std::unexpected(Failure{.kind = FailureKind::invalid,
                                   .what = std::move(what),
                                   .remedy = "expected the form NAME+ID+BASE64 of a C2SP signed-note verifier key"});
}

/// Returns the type and the public key, as they are hashed and written.
std::string typed_key(SignatureType type, const PublicKey& key) {
    std::string bytes(1, static_cast<char>(type));
    bytes.append(reinterpret_cast<const char*>(key.data()), key.size());
    return bytes;
}

} // namespace

std::expected<VerifierKey, Failure> VerifierKey::from(std::string name, const PublicKey& key) {
    if (!is_signer_name(name))
        return std::unexpected(
            Failure{.kind = FailureKind::invalid,
                    .what = fmt::format("a signer cannot have this name of {} bytes", name.size()),
                    .remedy = fmt::format("choose 1 to {} bytes of UTF-8 without spaces, control characters and '+'",
                                          name_bytes_max)});
    return VerifierKey(std::move(name), key);
}

std::expected<VerifierKey, Failure> VerifierKey::parse(std::string_view text) {
    const std::size_t name_end = text.find('+');
    const std::size_t id_end = name_end == std::string_view::npos ? name_end : text.find('+', name_end + 1);
    if (id_end == std::string_view::npos) return invalid_key("a verifier key needs a name, an id and a key");
    const std::optional<std::string> bytes = from_base64(text.substr(id_end + 1));
    PublicKey key{};
    if (!bytes || bytes->size() != 1 + key.size())
        return invalid_key("the key of a verifier key is not the base64 of a type and 32 bytes");
    const auto type = static_cast<SignatureType>(bytes->front());
    if (type != SignatureType::note && type != SignatureType::cosignature)
        return invalid_key(fmt::format("a verifier key has the type {:02x}: expected 01 or 04, for Ed25519",
                                       static_cast<unsigned char>(bytes->front())));
    std::ranges::transform(bytes->substr(1), key.begin(), [](char byte) { return static_cast<std::uint8_t>(byte); });
    auto verifier = from(std::string(text.substr(0, name_end)), key);
    if (verifier && verifier->to_text(type) != text)
        return invalid_key("the id of a verifier key is not that of its name and key");
    return verifier;
}

std::uint32_t VerifierKey::id(SignatureType type) const {
    const chain::Hash hash = chain::hash_of(name_ + "\n", typed_key(type, key_));
    return std::uint32_t{hash[0]} << 24U | std::uint32_t{hash[1]} << 16U | std::uint32_t{hash[2]} << 8U | hash[3];
}

std::string VerifierKey::to_text(SignatureType type) const {
    return fmt::format("{}+{:08x}+{}", name_, id(type), to_base64(typed_key(type, key_)));
}

bool VerifierKey::verifies(std::string_view message, std::string_view signature) const {
    const ErrorQueueMark mark;
    EVP_PKEY* key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key_.data(), key_.size());
    const DigestContext context(EVP_MD_CTX_new());
    const bool is_ready = key && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1;
    const bool is_valid = is_ready && EVP_DigestVerify(context.get(), octets(signature), signature.size(),
                                                       octets(message), message.size()) == 1;
    EVP_PKEY_free(key);
    return is_valid;
}

void SigningKey::KeyRelease::operator()(evp_pkey_st* key) const {
    EVP_PKEY_free(key); // wipes the private bytes
}

std::expected<SigningKey, Failure> SigningKey::from_seed(std::string name, std::span<const std::uint8_t> seed) {
    const ErrorQueueMark mark;
    if (seed.size() != seed_bytes)
        return std::unexpected(Failure{.kind = FailureKind::invalid,
                                       .what = fmt::format("the seed of a signing key has {} bytes", seed.size()),
                                       .remedy = fmt::format("use {} random bytes", seed_bytes)});
    KeyHandle key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
    PublicKey public_key{};
    std::size_t size = public_key.size();
    if (!key || EVP_PKEY_get_raw_public_key(key.get(), public_key.data(), &size) != 1) return unsupported();
    auto verifier = VerifierKey::from(std::move(name), public_key);
    if (!verifier) return std::unexpected(std::move(verifier.error()));
    return SigningKey(std::move(*verifier), std::move(key));
}

std::expected<std::string, Failure> SigningKey::sign(std::string_view message) const {
    const ErrorQueueMark mark;
    const DigestContext context(EVP_MD_CTX_new());
    std::string signature(signature_bytes, '\0');
    std::size_t size = signature.size();
    if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, octets(message),
                       message.size()) != 1)
        return unsupported();
    return signature;
}

} // namespace evenfold::journal::heads
