#include "evenfold/kernel/fresh_id.hpp"

#include <chrono>
#include <random>

namespace evenfold::kernel {

Instant now() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
}

Uuid fresh_uuid() {
    thread_local std::random_device random;
    Uuid id;
    for (std::size_t index = 0; index < id.bytes.size(); index += sizeof(std::uint32_t)) {
        const std::uint32_t bits = random();
        std::memcpy(id.bytes.data() + index, &bits, sizeof bits);
    }
    const auto time = static_cast<std::uint64_t>(now().unix_ms);
    for (std::size_t index = 0; index < 6; ++index) {
        id.bytes[index] = static_cast<std::uint8_t>(time >> (40 - 8 * index));
    }
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0fU) | 0x70U);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3fU) | 0x80U);
    return id;
}

} // namespace evenfold::kernel
