/// The access with which a stored journal is opened.
/// Shape: an enumeration, the same for all adapters.
#pragma once

#include <cstdint>

namespace evenfold::journal {

/// Permitted access: read only; also store signed heads and the responses of anchors, which needs no key of the events;
/// also append; also create the journal if there is none.
enum class Access : std::uint8_t { read_only, add_heads, read_write, create };

} // namespace evenfold::journal
