/// Judges a journal after a fault: whether every acknowledged step is there, no step is there twice, the signatures
/// hold, and the next writer can go on.
/// Shapes: `lost` counts steps, so that a negative control can expect some; every other fault is a sentence.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "evenfold/tests/faults/numbered_steps.hpp"

namespace evenfold::tests::faults {

struct Judgement {
    std::uint64_t lost = 0; // acknowledged steps that are not there
    std::vector<std::string> faults;

    [[nodiscard]] bool is_good() const { return lost == 0 && faults.empty(); }
    [[nodiscard]] std::string text() const;
};

/// Verifies the journal: its signatures under the first `keys` test keys, or the rows of an unsigned one. Returns what
/// is wrong, or an empty text.
[[nodiscard]] std::string alarm_of(journal::Journal& journal, bool is_signed, std::uint64_t keys);

/// Judges the journal, and repeats its last steps, which must change nothing.
[[nodiscard]] Judgement judge(const TestedStore& store, const StepProgress& progress);

} // namespace evenfold::tests::faults
