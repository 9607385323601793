/// `Sealer`: the port by which the codec encrypts personal fields before they are stored, and decrypts them after they
/// were read. Each subject, the person whom a value is about, has a key of its own; destroying it erases the values.
/// Shape: text in, a SealedValue out, and back. evenfold::journal_sealing implements it with AES-256-GCM over a folder
/// of keys; testing/personal/memory_sealer.hpp is a twin for tests that protects nothing.
/// Errors: a Failure of the key store. It never has any part of a key or of a value.
///
///     testing::MemorySealer sealer;
///     const codec::FieldPath field{.type = "Enrolled", .path = "/name"};
///     const auto sealed = sealer.seal(field, "7", R"("Ada")");
///     assert(sealed && sealer.unseal(field, *sealed) == R"("Ada")");
///     assert(!sealer.unseal({.type = "Renamed", .path = "/name"}, *sealed)); // the box belongs to another event
///     sealer.erase("7");
///     assert(sealer.unseal(field, *sealed) == std::nullopt);
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/system/failure.hpp"

namespace evenfold::codec {

/// The position of a personal value: the stored name of its event or command, and its path there (RFC 6901).
struct FieldPath {
    std::string_view type;
    std::string_view path;
};

/// A sealed value, as an event stores it. `subject` identifies the key without naming the person.
struct SealedValue {
    std::string subject;
    std::string nonce;
    std::string box;
    friend bool operator==(const SealedValue&, const SealedValue&) = default;
};

/// Any thread may call it.
class Sealer {
public:
    Sealer() = default;
    Sealer(const Sealer&) = delete;
    Sealer& operator=(const Sealer&) = delete;
    virtual ~Sealer() = default;

    /// Encrypts `text` with the key of `subject`, which is created durably if the subject has none. The result can only
    /// be decrypted at `field`. Fails with FailureKind::erased if the subject was erased.
    [[nodiscard]] virtual std::expected<SealedValue, system::Failure>
    seal(const FieldPath& field, std::string_view subject, std::string_view text) = 0;

    /// Returns the text, or nullopt if the key was destroyed. Fails with FailureKind::damaged if the key does not open
    /// the value at `field`, and with another kind if the key cannot be read.
    [[nodiscard]] virtual std::expected<std::optional<std::string>, system::Failure>
    unseal(const FieldPath& field, const SealedValue& value) = 0;

    /// Returns a hash of `text` that nobody can compute without the key store, for fingerprints of commands. It is the
    /// same before and after an erasure, and creates no key.
    [[nodiscard]] virtual std::string
    keyed_hash(const FieldPath& field, std::string_view subject, std::string_view text) = 0;

    /// Returns a number that every erasure changes, also one by another process. Whatever was derived from unsealed
    /// values at another number must be discarded.
    [[nodiscard]] virtual std::uint64_t erasures() = 0;
};

/// Returns whether a value of that shape may hold personal values.
[[nodiscard]] bool has_personal_fields(const Shape& shape);

} // namespace evenfold::codec
