/// Histories of agents at work, drawn by the weights that were measured on real ones.
/// Shape: a command follows from dice and model; reactors answer what is outstanding, providers speak while turns run,
/// people do the rest, and one command in twenty makes no sense.
/// Source: events a turn and bytes a delta are measured on recorded sessions; the other weights are assumed.
#pragma once

#include "evenfold/testing/telling.hpp"
#include "evenfold/tests/laws/core.hpp"

namespace evenfold::orchestration::tests {

/// How agents work. Percentages, unless told otherwise.
struct Mix {
    unsigned events_a_turn = 200; // of the provider, on average
    unsigned delta_bytes = 44;    // on average
    double calls_a_turn = 6.5;    // 1 to 12
    unsigned calls_that_ask = 5;
    unsigned turns_interrupted = 5;
    unsigned turns_lost = 2; // with their session
    unsigned nonsense = 5;
};

/// The command that somebody asks next.
[[nodiscard]] Command likely_command(testing::Dice& dice, const Model& model, const Mix& mix);

/// Histories of up to 200 commands: as measured; with short turns, so that much else happens; and with every command
/// as likely as any other.
[[nodiscard]] testing::Drawn<Core> as_measured();
[[nodiscard]] testing::Drawn<Core> with_short_turns();
[[nodiscard]] testing::Drawn<Core> of_all_kinds();

} // namespace evenfold::orchestration::tests
