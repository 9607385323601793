/// Scheme compat-v1: the macs of logs that other programs have signed stream by stream.
/// Shapes: the message is `stream|type|payload hash|previous mac of the stream`, with hashes in hexadecimal. Its fields
/// are separated only by `|`, so bytes can be shifted between stream and type without changing the mac; and times, ids,
/// order and actors are not covered. It exists to read and continue such logs; scheme v2 has neither weakness.
///
///     const Hash payload = hash_of(data);
///     const Hash mac = compat_mac(key.compat(), {"plan-7", "plan.drafted", payload, std::nullopt, {}});
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/journal/chain/keys/hmac.hpp"

namespace evenfold::journal::chain {

/// The text in place of the previous mac for the first event of a stream. Programs differ, and a log does not say which
/// one its program used: `` (empty), `null`, or 64 zeros.
enum class FirstPrevious : std::uint8_t { empty, null, zeros };

[[nodiscard]] std::string to_text(FirstPrevious first);

/// The fields that compat-v1 covers.
struct CompatEvent {
    std::string_view stream;
    std::string_view type;
    Hash payload_hash{};
    std::optional<Hash> stream_previous; // the mac of the previous event of the stream
    FirstPrevious first = FirstPrevious::empty;
};

/// Returns the bytes that compat-v1 signs.
[[nodiscard]] std::string compat_message(const CompatEvent& event);

[[nodiscard]] Hash compat_mac(const HmacKey& key, const CompatEvent& event);

} // namespace evenfold::journal::chain
