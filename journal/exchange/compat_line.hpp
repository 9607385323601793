/// A line of a log that was signed under compat-v1 (compat_log.hpp).
/// Shapes: one JSON object; hashes are hexadecimal in the line, and bytes here.
/// Errors: the reason for which a text is no such line.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/core/values/instant.hpp"
#include "evenfold/journal/exchange/compat_log.hpp"

namespace evenfold::journal::exchange {

struct CompatLine {
    std::string stream;
    std::string type;
    std::string payload;                 // the bytes that were signed
    std::string mac;                     // 32 bytes
    std::string payload_hash;            // 32 bytes; empty if absent
    std::optional<std::string> previous; // as the line has it; absent if the line has none, empty for null
    Instant at;
};

[[nodiscard]] std::expected<CompatLine, std::string> parse_compat_line(std::string_view line, CompatPayload payload);

} // namespace evenfold::journal::exchange
