/// Agents for `evenfold run`: scripts for the stand-in agent, and the project in which they work.
/// Shape: a script lists the stand-in's actions, one per line; the agents communicate over standard input and output.
#pragma once

#include <string>
#include <string_view>

#include "evenfold/tests/cli/program.hpp"
#include "evenfold/tests/reactors/git/sandbox.hpp"

namespace evenfold::cli_test {

/// Returns the script line with which the agent reports its session.
[[nodiscard]] std::string report_session();

/// Returns the beginning of a script: waits for the user's message, then reports the session.
[[nodiscard]] std::string await_prompt();

/// Returns the script line with which the agent says `text`.
[[nodiscard]] std::string say(const std::string& text);

/// Returns the script line that requests permission to run a command, without waiting for the response.
[[nodiscard]] std::string offer_request();

/// Returns the script line with which the agent reports that the turn is complete.
[[nodiscard]] std::string complete_turn();

/// A repository that contains its own journal.
class AgentProject {
public:
    AgentProject();

    [[nodiscard]] const git_test::Sandbox& box() const { return box_; }

    /// Returns the arguments that run an agent with this script.
    [[nodiscard]] Arguments agent(const std::string& script, Arguments options = {"--prompt", "go on"}) const;

    [[nodiscard]] ProgramResult run(const Arguments& arguments, std::string_view input = {}) const;
    [[nodiscard]] Json json(Arguments arguments) const;

    /// Returns the last turn of the transcript.
    [[nodiscard]] Json turn() const { return json({"transcript"}).back(); }

    /// Checks that no turn is running, that no approval or effect is outstanding, and that the log folds to the model.
    void check_at_rest() const;

private:
    git_test::Sandbox box_;
};

/// Waits until `running` has printed `text`; fails the test after 30 seconds.
void wait_for(RunningProgram& running, std::string_view text);

} // namespace evenfold::cli_test
