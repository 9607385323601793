/// Rounds in which a writer is killed at a random moment, and the journal is judged.
/// Shapes: each round goes on where the last one ended.
#pragma once

#include <cstdint>
#include <functional>
#include <random>

#include "evenfold/tests/faults/numbered_steps.hpp"
#include "evenfold/tests/support/process/fault_rounds.hpp"

namespace evenfold::tests::faults {

/// The rounds that one journal has, so that each of them stays short.
inline constexpr int rounds_per_journal = 10;

/// Kills writers of one journal `rounds` times. Returns the number of lost steps; every other fault fails the test.
[[nodiscard]] std::uint64_t lost_by_kills(const TestedStore& store, int rounds, Acknowledge when, std::mt19937& random);

/// Calls `run` with at most `rounds_per_journal` at a time until there were `rounds`.
void in_groups(int rounds, const std::function<void(int rounds)>& run);

} // namespace evenfold::tests::faults
