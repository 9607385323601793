#include "evenfold/reactors/git/store/object_id.hpp"

#include <new>
#include <openssl/evp.h>
#include <stdexcept>

#include "evenfold/core/values/hex.hpp"

namespace evenfold::git {

namespace {

std::string_view name_of(ObjectKind kind) {
    switch (kind) {
    case ObjectKind::commit: return "commit";
    case ObjectKind::tree: return "tree";
    case ObjectKind::blob: return "blob";
    }
    return {};
}

/// Throws if OpenSSL is configured without SHA-1, because then no object can be named.
void require(int done) {
    if (done != 1) throw std::runtime_error("OpenSSL does not offer SHA-1: allow it in openssl.cnf");
}

} // namespace

void Sha1::Free::operator()(evp_md_ctx_st* context) const {
    EVP_MD_CTX_free(context);
}

Sha1::Sha1() : context_(EVP_MD_CTX_new()) {
    if (!context_) throw std::bad_alloc();
    start();
}

/// The algorithm is fetched once, because fetching it costs as much as hashing a small object.
void Sha1::start() {
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA1", nullptr);
    require(algorithm ? EVP_DigestInit_ex2(context_.get(), algorithm, nullptr) : 0);
}

void Sha1::update(std::string_view bytes) {
    require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

ObjectId Sha1::finish() {
    ObjectId id;
    require(EVP_DigestFinal_ex(context_.get(), id.bytes.data(), nullptr));
    start();
    return id;
}

std::string to_text(const ObjectId& id) {
    return hex::encode(id.bytes);
}

std::string object_header(ObjectKind kind, std::size_t size) {
    std::string header(name_of(kind));
    header += ' ';
    header += std::to_string(size);
    header += '\0';
    return header;
}

ObjectId id_of(ObjectKind kind, std::string_view bytes) {
    thread_local Sha1 sha; // kept, because making one costs as much as hashing a small object
    sha.update(object_header(kind, bytes.size()));
    sha.update(bytes);
    return sha.finish();
}

} // namespace evenfold::git
