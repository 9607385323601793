#include "evenfold/journal/sealing/key_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include "evenfold/core/values/hex.hpp"
#include "evenfold/journal/chain/hash.hpp"
#include "evenfold/journal/chain/keys/hmac.hpp"
#include "evenfold/journal/sealing/box.hpp"
#include "evenfold/journal/sealing/key_files.hpp"

namespace evenfold::journal::sealing {
namespace {

namespace fs = std::filesystem;
using chain::bytes_of;
using chain::HmacKey;
using system::Failure;
using system::FailureKind;

constexpr std::size_t name_bytes = 16;
constexpr std::size_t padded_bytes = 32;   // boxes have multiples of it, so that they hide the length of a name
constexpr std::size_t cached_max = 65'536; // keys in memory

std::unexpected<Failure> refused(FailureKind kind, std::string what, std::string remedy) {
    return std::unexpected(Failure{.kind = kind, .what = std::move(what), .remedy = std::move(remedy)});
}

/// Returns the bytes that a value is bound to.
std::string additional_data(const codec::FieldPath& field, std::string_view name) {
    std::string bytes;
    for (const std::string_view part : {std::string_view("evenfold.personal.v1"), field.type, field.path, name})
        chain::append_field(bytes, part);
    return bytes;
}

/// Appends a bit and zeros up to a multiple of `padded_bytes` (ISO/IEC 7816-4).
std::string padded(std::string_view text) {
    std::string bytes(text);
    bytes += '\x80';
    bytes.resize((bytes.size() + padded_bytes - 1) / padded_bytes * padded_bytes, '\0');
    return bytes;
}

/// Fails unless the store is outside of the journal's folder.
std::expected<void, Failure> check_apart(const fs::path& folder, const fs::path& journal) {
    if (journal.empty()) return {};
    std::error_code error;
    const fs::path inner = fs::weakly_canonical(fs::absolute(folder, error), error);
    const fs::path outer = fs::weakly_canonical(fs::absolute(journal, error), error).parent_path();
    if (std::ranges::mismatch(outer, inner).in1 != outer.end()) return {};
    return refused(
        FailureKind::unsafe,
        fmt::format("{}: the key store is in the folder of the journal {}", folder.string(), journal.string()),
        "Name a folder elsewhere: whoever copies the journal's folder would copy the keys with it.");
}

HmacKey derived_key(const system::SecretBytes& secret, std::string_view purpose) {
    chain::Hash key = HmacKey(secret.view()).mac({purpose});
    const HmacKey derived(bytes_of(key));
    chain::wipe(key.data(), key.size());
    return derived;
}

} // namespace

struct KeyStore::Parts {
    KeyFiles files;
    HmacKey names = derived_key(files.secret(), "evenfold/personal/name/v1");
    HmacKey hashes = derived_key(files.secret(), "evenfold/personal/fingerprint/v1");
};

KeyStore::KeyStore(Parts parts, KeyStoreOptions options)
    : parts_(std::make_unique<Parts>(std::move(parts))), options_(std::move(options)) {}

KeyStore::~KeyStore() = default;

KeyStore::Opened KeyStore::create(const fs::path& folder, KeyStoreOptions options) {
    if (auto apart = check_apart(folder, options.journal); !apart) return std::unexpected(std::move(apart.error()));
    auto files = KeyFiles::create(folder);
    if (!files) return std::unexpected(std::move(files.error()));
    return std::unique_ptr<KeyStore>(new KeyStore({.files = *std::move(files)}, std::move(options)));
}

KeyStore::Opened KeyStore::open(const fs::path& folder, KeyStoreOptions options) {
    if (auto apart = check_apart(folder, options.journal); !apart) return std::unexpected(std::move(apart.error()));
    auto files = KeyFiles::open(folder);
    if (!files) return std::unexpected(std::move(files.error()));
    return std::unique_ptr<KeyStore>(new KeyStore({.files = *std::move(files)}, std::move(options)));
}

std::expected<bool, Failure> KeyStore::erase(std::string_view subject) {
    auto destroyed = parts_->files.destroy(name_of(subject));
    const std::scoped_lock lock(mutex_);
    cache_.clear(); // wipes the key, if no other thread is using it
    return destroyed;
}

std::string KeyStore::name_of(std::string_view subject) const {
    return hex::encode(bytes_of(parts_->names.mac({subject})).substr(0, name_bytes));
}

std::expected<codec::SealedValue, Failure>
KeyStore::seal(const codec::FieldPath& field, std::string_view subject, std::string_view text) {
    codec::SealedValue value{.subject = name_of(subject), .nonce = {}, .box = {}};
    const auto key = this->key(value.subject, true);
    if (!key) return std::unexpected(key.error());
    if (!*key)
        return refused(FailureKind::erased,
                       fmt::format("{}{}: the personal values of this subject were erased, as key {}", field.type,
                                   field.path, value.subject),
                       "Use another id for the person, because the old one stays erased.");
    std::array<char, nonce_bytes> nonce{};
    if (auto filled = options_.random(nonce); !filled) return std::unexpected(std::move(filled.error()));
    const std::string_view nonce_view(nonce.data(), nonce.size());
    const auto box = seal_box((*key)->view(), nonce_view, additional_data(field, value.subject), padded(text));
    if (!box)
        return refused(FailureKind::unsupported, "OpenSSL does not encrypt with AES-256-GCM",
                       "Allow the cipher in OpenSSL's configuration, or seal a smaller value.");
    value.nonce = hex::encode(nonce_view);
    value.box = hex::encode(*box);
    return value;
}

std::expected<std::optional<std::string>, Failure>
KeyStore::unseal(const codec::FieldPath& field, const codec::SealedValue& value) {
    const auto name = hex::decode(value.subject);
    const auto damaged = [&](std::string_view why) {
        return refused(FailureKind::damaged, fmt::format("{}{}: {}", field.type, field.path, why),
                       "Restore the journal from a backup.");
    };
    // The name becomes a file's name, so it must be exactly what name_of returns.
    if (!name || name->size() != name_bytes || hex::encode(*name) != value.subject)
        return damaged("a sealed value whose key has no valid name");
    const auto key = this->key(value.subject, false);
    if (!key) return std::unexpected(key.error());
    if (!*key) return std::nullopt;
    const auto nonce = hex::decode(value.nonce);
    const auto box = hex::decode(value.box);
    if (!nonce || !box) return damaged("a sealed value that is not hexadecimal digits");
    auto text = open_box((*key)->view(), *nonce, additional_data(field, value.subject), *box);
    const std::size_t end = text ? text->find_last_not_of('\0') : std::string::npos;
    if (end == std::string::npos || (*text)[end] != '\x80')
        return damaged(fmt::format("a sealed value that its key {} does not open", value.subject));
    text->resize(end);
    return text;
}

std::string KeyStore::keyed_hash(const codec::FieldPath& field, std::string_view subject, std::string_view text) {
    std::string bytes = additional_data(field, name_of(subject));
    chain::append_field(bytes, text);
    return hex::encode(bytes_of(parts_->hashes.mac({bytes})));
}

std::uint64_t KeyStore::erasures() {
    return parts_->files.erasures();
}

/// Returns the key of that name. Reads the number of erasures first, so that a later one empties the cache again.
std::expected<KeyStore::SharedKey, Failure> KeyStore::key(const std::string& name, bool creates) {
    const std::uint64_t erasures = this->erasures();
    if (SharedKey known = cached(name, erasures)) return known;
    auto found = parts_->files.find(name);
    if (found && creates && std::holds_alternative<MissingKey>(*found)) found = parts_->files.find_or_create(name);
    if (!found) return std::unexpected(std::move(found.error()));
    if (std::holds_alternative<DestroyedKey>(*found)) return nullptr;
    if (std::holds_alternative<MissingKey>(*found))
        return refused(FailureKind::not_found,
                       fmt::format("the key store has no key {}, and no record that it was destroyed", name),
                       "Open the key store with which the journal was written, or restore it from its own backup.");
    auto key = std::make_shared<const system::SecretBytes>(std::get<system::SecretBytes>(*std::move(found)));
    const std::scoped_lock lock(mutex_);
    if (cached_erasures_ != erasures) return key; // it may have been destroyed meanwhile
    if (cache_.size() >= cached_max) cache_.clear();
    cache_.insert_or_assign(name, key);
    return key;
}

/// Returns the key if it was read after the last erasure, and otherwise null.
KeyStore::SharedKey KeyStore::cached(const std::string& name, std::uint64_t erasures) {
    const std::scoped_lock lock(mutex_);
    if (cached_erasures_ != erasures) cache_.clear();
    cached_erasures_ = std::max(cached_erasures_, erasures);
    const auto found = cache_.find(name);
    return found == cache_.end() ? nullptr : found->second;
}

} // namespace evenfold::journal::sealing
