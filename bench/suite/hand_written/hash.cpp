#include <cstdlib>
#include <fmt/format.h>
#include <openssl/evp.h>

#include "evenfold/bench/suite/cases.hpp"
#include "evenfold/core/values/sha256.hpp"

namespace evenfold::bench {
namespace {

/// Hashes `count` texts of `bytes` bytes; each begins with part of the previous hash, so that none can be omitted.
template <class Hash>
std::string hash_chain(RunTimer& watch, std::size_t bytes, std::size_t count, Hash hash) {
    std::string text(bytes, 'x');
    Sha256::Digest digest{};
    watch.start();
    for (std::size_t i = 0; i < count; ++i) {
        text.front() = static_cast<char>(digest.front());
        digest = hash(text);
    }
    watch.stop();
    return to_text(digest);
}

Sha256::Digest hash_ours(const std::string& text) {
    Sha256 hash;
    hash.update(text);
    return hash.finish();
}

/// Uses OpenSSL's fastest supported interface: a reused context and an algorithm fetched once.
Sha256::Digest hash_by_library(const std::string& text) {
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    static EVP_MD_CTX* const context = EVP_MD_CTX_new();
    Sha256::Digest digest{};
    if (EVP_DigestInit_ex2(context, algorithm, nullptr) != 1 ||
        EVP_DigestUpdate(context, text.data(), text.size()) != 1 ||
        EVP_DigestFinal_ex(context, digest.data(), nullptr) != 1)
        std::abort();
    return digest;
}

} // namespace

void add_hand_written_hash_cases(const BenchEffort& effort) {
    for (const std::size_t bytes : {std::size_t{60}, std::size_t{250}, std::size_t{16'384}}) {
        const std::size_t count = std::max<std::size_t>(1'000, effort.events * 20 / bytes);
        add({.name = fmt::format("hand_written/sha256_of_{}/openssl", bytes),
             .goal = "ours faster",
             .events = count,
             .pairs = effort.pairs,
             .product = [=](RunTimer& watch) { return hash_chain(watch, bytes, count, hash_ours); },
             .limit = [=](RunTimer& watch) { return hash_chain(watch, bytes, count, hash_by_library); }});
    }
}

} // namespace evenfold::bench
