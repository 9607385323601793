#include "evenfold/journal/keys/key_ring.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "evenfold/journal/keys/key_folder.hpp"
#include "evenfold/system/secrets/secret_source.hpp"

namespace evenfold::journal::keys {
namespace {

using system::Failure;
using system::FailureKind;

constexpr int last_standard_stream = 2;
constexpr std::string_view development_source = "the development key";

std::expected<void, Failure> add_folder(KeyRing& ring, const std::filesystem::path& folder) {
    auto keys = read_key_folder(folder);
    if (!keys) return std::unexpected(std::move(keys.error()));
    for (RingKey& key : *keys) {
        if (auto added = ring.add(std::move(key)); !added) return added;
    }
    return {};
}

std::expected<void, Failure> add_descriptor(KeyRing& ring, int number) {
    const std::string source = fmt::format("descriptor {}", number);
    system::Descriptor descriptor(number);
    const auto secret = system::read_secret(descriptor, source, chain::secret_bytes_max);
    if (number <= last_standard_stream) static_cast<void>(descriptor.release());
    if (!secret) return std::unexpected(secret.error());
    auto key = key_from(*secret, source);
    if (!key) return std::unexpected(std::move(key.error()));
    return ring.add({.key = *std::move(key), .source = source, .writes = true});
}

std::expected<void, Failure> add_variable(KeyRing& ring) {
    const auto secret = system::take_secret_variable(secret_variable);
    if (!secret) return {};
    auto key = key_from(*secret, secret_variable);
    if (!key) return std::unexpected(std::move(key.error()));
    return ring.add({.key = *std::move(key), .source = secret_variable, .writes = true});
}

const chain::JournalKey& development_key() {
    static const chain::JournalKey key = chain::JournalKey::from_secret(chain::development_secret).value();
    return key;
}

} // namespace

std::expected<void, Failure> KeyRing::add(RingKey key) {
    if (const RingKey* other = writing(); other && key.writes && other->key.id() != key.key.id())
        return std::unexpected(
            Failure{.kind = FailureKind::invalid,
                    .what = fmt::format("two secrets would write: {} from {}, and {} from {}", other->key.id(),
                                        other->source, key.key.id(), key.source),
                    .remedy = "Name one secret that writes; a folder without 'current' only verifies."});
    const auto same = std::ranges::find_if(keys_, [&](const RingKey& known) { return known.key.id() == key.key.id(); });
    if (same == keys_.end())
        keys_.push_back(std::move(key));
    else
        same->writes = same->writes || key.writes;
    return {};
}

const RingKey* KeyRing::writing() const {
    const auto found = std::ranges::find_if(keys_, &RingKey::writes);
    return found == keys_.end() ? nullptr : &*found;
}

std::vector<chain::JournalKey> KeyRing::secrets() const {
    std::vector<chain::JournalKey> all;
    all.reserve(keys_.size());
    for (const RingKey& key : keys_) all.push_back(key.key);
    return all;
}

bool KeyRing::has_development_key() const {
    return std::ranges::any_of(keys_, [](const RingKey& key) { return key.key.id() == development_key().id(); });
}

std::expected<KeyRing, Failure> read_key_ring(const KeySources& sources) {
    KeyRing ring;
    std::expected<void, Failure> added = add_variable(ring); // first, so that it is removed whatever follows
    const char* const named = std::getenv(folder_variable);  // NOLINT(concurrency-mt-unsafe): documented
    const std::filesystem::path folder = sources.folder.value_or(named ? named : "");
    if (added && (sources.folder || !folder.empty())) added = add_folder(ring, folder);
    if (added && sources.descriptor) added = add_descriptor(ring, *sources.descriptor);
    if (added && sources.development_key)
        added = ring.add({.key = development_key(), .source = std::string(development_source), .writes = true});
    if (!added) return std::unexpected(std::move(added.error()));
    return ring;
}

std::expected<chain::JournalKey, Failure> key_from(const system::SecretBytes& secret, const std::string& source) {
    auto key = chain::JournalKey::from_secret(secret.view());
    if (key) return *std::move(key);
    return std::unexpected(Failure{.kind = FailureKind::invalid,
                                   .what = fmt::format("{}: {}", source, to_text(key.error())),
                                   .remedy = "Create a secret of 32 random bytes: `evenfold keys new FILE`."});
}

} // namespace evenfold::journal::keys
