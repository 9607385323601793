/// `KeyStore`: the keys of the persons in a journal, in a folder of their own. It seals personal values with
/// AES-256-GCM. `erase` destroys the key of a person, so that nobody can read that person's values again, in any copy
/// of the journal. docs/personal-data.md specifies the format, and lists what an erasure leaves.
/// The folder must be on another path than the journal and must not be in its backups, because a backup of a key makes
/// an erased value readable. Without the store, all personal values are lost, so it needs a backup of its own.
/// Errors: a Failure without any part of a key, of a value, or of the subject. Any thread may call it.
///
///     const auto keys = journal::sealing::KeyStore::create(folder / "keys", {.journal = journal_file});
///     if (!keys) return report(keys.error());
///     const codec::FieldPath field{.type = "Enrolled", .path = "/name"};
///     const auto sealed = (*keys)->seal(field, "7", "\"Ada\"");
///     assert((*keys)->unseal(field, *sealed).value() == "\"Ada\"");
///     assert((*keys)->erase("7").value());
///     assert((*keys)->unseal(field, *sealed).value() == std::nullopt);
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>

#include "evenfold/codec/personal/sealer.hpp"
#include "evenfold/system/random.hpp"

namespace evenfold::system {
class SecretBytes;
}

namespace evenfold::journal::sealing {

struct KeyStoreOptions {
    /// The file of the journal, if it has one. A store in its folder, or below it, is refused, because whoever copies
    /// that folder would copy the keys.
    std::filesystem::path journal{}; // NOLINT(readability-redundant-member-init): may be left out
    /// Fills nonces with random bytes; tests pass others. A nonce that is used twice reveals both texts.
    std::function<std::expected<void, system::Failure>(std::span<char>)> random = &system::fill_random;
};

class KeyStore final : public codec::Sealer {
public:
    using Opened = std::expected<std::unique_ptr<KeyStore>, system::Failure>;

    /// Creates a store in the new or empty folder `folder`, whose parent must exist.
    [[nodiscard]] static Opened create(const std::filesystem::path& folder, KeyStoreOptions options = {});
    /// Opens the store. Completes erasures that were interrupted.
    [[nodiscard]] static Opened open(const std::filesystem::path& folder, KeyStoreOptions options = {});
    ~KeyStore() override;

    /// Destroys the key of `subject`: overwrites its file, removes it, and flushes both. Returns false if the store has
    /// no key of that subject. Other processes that have the store open stop using the key. Idempotent: after a failure
    /// or a crash, call it again, or open the store.
    [[nodiscard]] std::expected<bool, system::Failure> erase(std::string_view subject);

    /// Returns the name of the subject in sealed values and of its file.
    [[nodiscard]] std::string name_of(std::string_view subject) const;

    [[nodiscard]] std::expected<codec::SealedValue, system::Failure>
    seal(const codec::FieldPath& field, std::string_view subject, std::string_view text) override;
    [[nodiscard]] std::expected<std::optional<std::string>, system::Failure>
    unseal(const codec::FieldPath& field, const codec::SealedValue& value) override;
    [[nodiscard]] std::string
    keyed_hash(const codec::FieldPath& field, std::string_view subject, std::string_view text) override;
    [[nodiscard]] std::uint64_t erasures() override;

private:
    struct Parts;
    using SharedKey = std::shared_ptr<const system::SecretBytes>; // null if it was destroyed

    KeyStore(Parts parts, KeyStoreOptions options);

    [[nodiscard]] std::expected<SharedKey, system::Failure> key(const std::string& name, bool creates);
    [[nodiscard]] SharedKey cached(const std::string& name, std::uint64_t erasures);

    std::unique_ptr<Parts> parts_;
    KeyStoreOptions options_;
    std::mutex mutex_; // of the members below
    std::unordered_map<std::string, SharedKey> cache_;
    std::uint64_t cached_erasures_ = 0; // when the keys in the cache were read
};

} // namespace evenfold::journal::sealing
