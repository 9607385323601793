#include "evenfold/journal/sealing/box.hpp"

#include <openssl/evp.h>

#include <limits>
#include <memory>

namespace evenfold::journal::sealing {
namespace {

struct CipherRelease {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); } // wipes the key
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, CipherRelease>;

const unsigned char* octets_of(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* octets_of(std::string& bytes) {
    return reinterpret_cast<unsigned char*>(bytes.data());
}

bool fits(std::string_view key, std::string_view nonce, std::string_view additional, std::string_view text) {
    constexpr std::size_t bytes_max = std::numeric_limits<int>::max() / 2;
    return key.size() == key_bytes && nonce.size() == nonce_bytes && additional.size() < bytes_max &&
           text.size() < bytes_max;
}

} // namespace

std::optional<std::string>
seal_box(std::string_view key, std::string_view nonce, std::string_view additional, std::string_view text) {
    const CipherContext context(EVP_CIPHER_CTX_new());
    if (!context || !fits(key, nonce, additional, text)) return std::nullopt;
    std::string box(text.size() + tag_bytes, '\0');
    int count = 0;
    const bool is_sealed =
        EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, octets_of(key), octets_of(nonce)) == 1 &&
        EVP_EncryptUpdate(context.get(), nullptr, &count, octets_of(additional), static_cast<int>(additional.size())) ==
            1 &&
        EVP_EncryptUpdate(context.get(), octets_of(box), &count, octets_of(text), static_cast<int>(text.size())) == 1 &&
        EVP_EncryptFinal_ex(context.get(), octets_of(box) + text.size(), &count) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, octets_of(box) + text.size()) == 1;
    if (!is_sealed) return std::nullopt;
    return box;
}

std::optional<std::string>
open_box(std::string_view key, std::string_view nonce, std::string_view additional, std::string_view box) {
    const CipherContext context(EVP_CIPHER_CTX_new());
    if (!context || box.size() < tag_bytes || !fits(key, nonce, additional, box)) return std::nullopt;
    const std::string_view encrypted = box.substr(0, box.size() - tag_bytes);
    std::string tag(box.substr(encrypted.size()));
    std::string text(encrypted.size(), '\0');
    int count = 0;
    const bool is_opened =
        EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, octets_of(key), octets_of(nonce)) == 1 &&
        EVP_DecryptUpdate(context.get(), nullptr, &count, octets_of(additional), static_cast<int>(additional.size())) ==
            1 &&
        EVP_DecryptUpdate(context.get(), octets_of(text), &count, octets_of(encrypted),
                          static_cast<int>(encrypted.size())) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) == 1 &&
        EVP_DecryptFinal_ex(context.get(), octets_of(text) + text.size(), &count) == 1;
    if (!is_opened) return std::nullopt;
    return text;
}

} // namespace evenfold::journal::sealing
