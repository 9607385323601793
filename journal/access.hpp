/// The access with which a stored journal is opened.
/// Shape: an enumeration, the same for all adapters.
#pragma once

#include <cstdint>

namespace evenfold::journal {

/// Permitted access: read only; also append; also create the journal if there is none.
enum class Access : std::uint8_t { read_only, read_write, create };

} // namespace evenfold::journal
