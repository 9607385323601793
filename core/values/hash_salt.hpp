/// The multiplier of the hash of ids. Only tests change it, to find code that depends on the order of a hash table.
/// Cost: no more instructions per hash than with a constant, which must be loaded, too; in position-independent code
/// one more. The variable is loaded while the id is.
#pragma once

#include <cstdint>

namespace evenfold::containers {

inline constexpr std::uint64_t usual_hash_multiplier = 0x9e3779b97f4a7c15U;

/// Must change only while no other thread runs, and while no hash table of ids is used that was filled before.
inline constinit std::uint64_t hash_multiplier = usual_hash_multiplier;

} // namespace evenfold::containers
