/// `MemorySealer`: a Sealer for tests. It derives each key from the subject itself, so it protects nothing, needs no
/// files, and opens what any other MemorySealer has sealed. Equal values at one field are sealed equally.
/// Shape and errors: as codec/personal/sealer.hpp. Erasures are those of this object.
///
///     testing::MemorySealer sealer;
///     const codec::FieldPath field{.type = "Enrolled", .path = "/name"};
///     const auto sealed = sealer.seal(field, "7", "\"Ada\"");
///     sealer.erase("7");
///     assert(sealer.unseal(field, *sealed).value() == std::nullopt && sealer.erasures() == 1);
///     assert(sealer.seal(field, "7", "\"Ada\"").error().kind == system::FailureKind::erased);
#pragma once

#include <mutex>
#include <set>
#include <string>

#include "evenfold/codec/personal/sealer.hpp"

namespace evenfold::testing {

class MemorySealer final : public codec::Sealer {
public:
    /// Destroys the key of `subject`. Idempotent.
    void erase(std::string_view subject);

    [[nodiscard]] std::expected<codec::SealedValue, system::Failure>
    seal(const codec::FieldPath& field, std::string_view subject, std::string_view text) override;
    [[nodiscard]] std::expected<std::optional<std::string>, system::Failure>
    unseal(const codec::FieldPath& field, const codec::SealedValue& value) override;
    [[nodiscard]] std::string
    keyed_hash(const codec::FieldPath& field, std::string_view subject, std::string_view text) override;
    [[nodiscard]] std::uint64_t erasures() override;

private:
    [[nodiscard]] bool is_erased(const std::string& name) const;

    mutable std::mutex mutex_;
    std::set<std::string> erased_; // names of subjects in sealed values
};

} // namespace evenfold::testing
