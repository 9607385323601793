/// The laws of orchestration in the form of the test kit, by the names that the specification gives them.
/// Shape: one list per section. Each law follows a history through Core, and samples all steps of a short history and
/// some of a long one.
/// Source: the orchestration specification, section 6.8.
#pragma once

#include "evenfold/tests/laws/core.hpp"

namespace evenfold::orchestration::tests {

[[nodiscard]] CoreLaws purity_laws();    // L1 to L7, L9
[[nodiscard]] CoreLaws structure_laws(); // L10 to L18, L21
[[nodiscard]] CoreLaws lifecycle_laws(); // L19, L20, L22, L23
[[nodiscard]] CoreLaws streaming_laws(); // L25 to L28
[[nodiscard]] CoreLaws deletion_laws();  // L29, L30, L32
[[nodiscard]] CoreLaws effect_laws();    // L33 to L36
[[nodiscard]] CoreLaws identity_laws();  // L37, L38

/// Returns these laws, the oracle's and that of compaction. A law with several parts has its name several times.
[[nodiscard]] CoreLaws laws();

} // namespace evenfold::orchestration::tests
