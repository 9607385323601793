#include "evenfold/testing/personal/memory_sealer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "evenfold/core/values/hex.hpp"
#include "evenfold/core/values/sha256.hpp"

namespace evenfold::testing {
namespace {

constexpr std::size_t nonce_bytes = 12; // as AES-GCM has
constexpr std::size_t tag_bytes = 16;

/// Returns the SHA-256 of `parts`, each with its length, so that no two lists of parts have the same bytes.
std::string hash_of(std::initializer_list<std::string_view> parts) {
    Sha256 hash;
    for (const std::string_view part : parts) {
        hash.update(std::to_string(part.size()) + ':');
        hash.update(part);
    }
    const Sha256::Digest digest = hash.finish();
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string name_of_subject(std::string_view subject) {
    return hex::encode(hash_of({"name", subject}).substr(0, 16));
}

/// Returns `text` or encrypted bytes, combined with a stream that depends on the subject's name and the nonce.
std::string combined(std::string text, const codec::SealedValue& value) {
    for (std::size_t block = 0; block * 32 < text.size(); ++block) {
        const std::string stream = hash_of({"stream", value.subject, value.nonce, std::to_string(block)});
        const std::size_t end = std::min(text.size(), block * 32 + 32);
        for (std::size_t at = block * 32; at < end; ++at) text[at] = static_cast<char>(text[at] ^ stream[at % 32]);
    }
    return text;
}

std::string tag_of(const codec::FieldPath& field, const codec::SealedValue& value, std::string_view encrypted) {
    return hash_of({"tag", value.subject, value.nonce, field.type, field.path, encrypted}).substr(0, tag_bytes);
}

} // namespace

void MemorySealer::erase(std::string_view subject) {
    const std::scoped_lock lock(mutex_);
    erased_.insert(name_of_subject(subject));
}

std::expected<codec::SealedValue, system::Failure>
MemorySealer::seal(const codec::FieldPath& field, std::string_view subject, std::string_view text) {
    codec::SealedValue value{.subject = name_of_subject(subject), .nonce = {}, .box = {}};
    if (is_erased(value.subject))
        return std::unexpected(system::Failure{.kind = system::FailureKind::erased,
                                               .what = fmt::format("the key {} was destroyed", value.subject),
                                               .remedy = "use another id for the person"});
    value.nonce = hex::encode(hash_of({"nonce", subject, field.type, field.path, text}).substr(0, nonce_bytes));
    const std::string encrypted = combined(std::string(text), value);
    value.box = hex::encode(encrypted + tag_of(field, value, encrypted));
    return value;
}

std::expected<std::optional<std::string>, system::Failure>
MemorySealer::unseal(const codec::FieldPath& field, const codec::SealedValue& value) {
    if (is_erased(value.subject)) return std::nullopt;
    const auto box = hex::decode(value.box);
    if (box && box->size() >= tag_bytes) {
        const std::string encrypted = box->substr(0, box->size() - tag_bytes);
        if (box->substr(encrypted.size()) == tag_of(field, value, encrypted)) return combined(encrypted, value);
    }
    return std::unexpected(system::Failure{.kind = system::FailureKind::damaged,
                                           .what = fmt::format("the key {} does not open the value", value.subject),
                                           .remedy = "restore the journal from a backup"});
}

std::string MemorySealer::keyed_hash(const codec::FieldPath& field, std::string_view subject, std::string_view text) {
    return hex::encode(hash_of({"hash", field.type, field.path, subject, text}));
}

std::uint64_t MemorySealer::erasures() {
    const std::scoped_lock lock(mutex_);
    return erased_.size();
}

bool MemorySealer::is_erased(const std::string& name) const {
    const std::scoped_lock lock(mutex_);
    return erased_.contains(name);
}

} // namespace evenfold::testing
