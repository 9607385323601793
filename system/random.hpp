/// Random bytes of the operating system, fit for keys and salts.
/// Errors: a Failure if the kernel offers none, which it does on every supported system.
#pragma once

#include <cstddef>
#include <expected>
#include <span>

#include "evenfold/system/failure.hpp"

namespace evenfold::system {

/// Fills `bytes` with random bytes that nobody can predict.
[[nodiscard]] std::expected<void, Failure> fill_random(std::span<char> bytes);

} // namespace evenfold::system
