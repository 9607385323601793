#include "evenfold/journal/chain/keys/journal_key.hpp"

#include "evenfold/core/values/hex.hpp"

namespace evenfold::journal::chain {
namespace {

constexpr std::size_t id_bytes = 8;

} // namespace

std::string to_text(const SecretSizeError& error) {
    return "a secret has " + std::to_string(secret_bytes_min) + " to " + std::to_string(secret_bytes_max) +
           " bytes: this one has " + std::to_string(error.size);
}

std::expected<JournalKey, SecretSizeError> JournalKey::from_secret(std::string_view secret) {
    if (secret.size() < secret_bytes_min || secret.size() > secret_bytes_max)
        return std::unexpected(SecretSizeError{secret.size()});
    Hash derived = HmacKey(secret).mac({"evenfold/mac/v2"});
    JournalKey key(secret, bytes_of(derived));
    wipe(derived.data(), derived.size());
    return key;
}

JournalKey::JournalKey(std::string_view secret, std::string_view derived)
    : compat_(secret), v2_(derived), id_(hex::encode(bytes_of(v2_.mac({"evenfold/key-id"})).substr(0, id_bytes))) {}

} // namespace evenfold::journal::chain
