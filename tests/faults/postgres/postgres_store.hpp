/// Journals on a PostgreSQL server to which faults are done.
/// Shape: a URL and whether the journal is signed.
#pragma once

#include <array>
#include <string>

#include "evenfold/tests/faults/numbered_steps.hpp"

namespace evenfold::tests::faults {

/// Whether the journals of the tests are signed, one after the other.
inline constexpr std::array postgres_signings{true, false};

[[nodiscard]] TestedStore postgres_store(const std::string& url, bool is_signed);

} // namespace evenfold::tests::faults
