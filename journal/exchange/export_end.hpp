/// The statement of an export's last line: the number of the lines before it, and their hash. It may be signed.
/// Shapes: values, and the functions that sign and read a note. `signed_end.hpp` makes these functions from Ed25519
/// keys; an export without a signed end is as good a proof of its events, since these have signatures of their own.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "evenfold/journal/chain/hash.hpp"
#include "evenfold/system/failure.hpp"

namespace evenfold::journal::exchange {

struct EndStatement {
    std::string origin;
    std::uint64_t lines = 0; // before the last one
    chain::Hash digest{};    // SHA-256 of these lines with their line breaks
    std::string distrust;    // why its signature proves nothing; empty if a trusted signer has signed it
};

/// Returns a note that states `end`.
using EndSigner = std::function<std::expected<std::string, system::Failure>(const EndStatement& end)>;
/// Returns the content of a note.
using EndReader = std::function<EndStatement(std::string_view note)>;

} // namespace evenfold::journal::exchange
