/// Histories of agents at work, generated with the frequencies that were measured on real ones.
/// Shape: a command follows from random choices and the model. Reactors confirm outstanding effects, providers send
/// output while turns run, people do the rest, and one command in twenty makes no sense.
/// Source: events per turn and bytes per delta are measured on recorded sessions; the other frequencies are assumed.
#pragma once

#include <string>
#include <vector>

#include "evenfold/testing/history_generator.hpp"
#include "evenfold/tests/laws/core.hpp"

namespace evenfold::orchestration::tests {

/// Frequencies of the events in a generated history, in percent unless stated otherwise.
struct CommandFrequencies {
    unsigned events_a_turn = 200; // provider events per turn, on average
    unsigned delta_bytes = 44;    // on average
    double calls_a_turn = 6.5;    // 1 to 12
    unsigned calls_that_ask = 5;
    unsigned turns_interrupted = 5;
    unsigned turns_lost = 2; // turns that end because their session is lost
    unsigned nonsense = 5;
};

/// Returns a likely next command.
[[nodiscard]] Command
likely_command(testing::ChoiceSource& source, const Model& model, const CommandFrequencies& frequencies);

/// Generators of histories of up to 200 commands. `as_measured` uses the measured frequencies; the others use short
/// turns, so that much else happens, and equal frequencies of all commands.
[[nodiscard]] testing::HistoryOptions<Core> as_measured();
[[nodiscard]] testing::HistoryOptions<Core> with_short_turns();
[[nodiscard]] testing::HistoryOptions<Core> of_all_kinds();

/// Kinds of commands that these histories, or those from the shape of commands alone, hardly have. The second list has
/// kinds that follow only long work of a provider.
inline const std::vector<std::string> rare_in_work{"AdvanceRevert",      "CompleteRevert",     "ConfirmAnswerDelivered",
                                                   "FailAnswerDelivery", "FailCommit",         "FailRevert",
                                                   "LoseSession",        "RevertToCheckpoint", "UpdateProject"};
inline const std::vector<std::string> rare_by_shape{"CancelQueuedTurn",   "CompleteRevert",  "ConfirmAnswerDelivered",
                                                    "FailAnswerDelivery", "RespondApproval", "ResumeQueue"};

} // namespace evenfold::orchestration::tests
