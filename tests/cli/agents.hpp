/// Agents for `evenfold run`: scripts for the stand-in, and the project that they work in.
/// Shape: a script is what the stand-in agent does, line by line; the agents speak over standard input.
#pragma once

#include <string>
#include <string_view>

#include "evenfold/tests/cli/program.hpp"
#include "evenfold/tests/reactors/git/sandbox.hpp"

namespace evenfold::cli_test {

/// The agent names its session.
[[nodiscard]] std::string greets();

/// It does so when the user has spoken: the beginning of a script.
[[nodiscard]] std::string begins();

/// The agent says that.
[[nodiscard]] std::string says(const std::string& text);

/// It asks whether it may run a command; without waiting for the answer.
[[nodiscard]] std::string offers();

/// It has done what it was asked.
[[nodiscard]] std::string ends();

/// A repository, with the journal in it.
class Project {
public:
    Project();

    [[nodiscard]] const git_test::Sandbox& box() const { return box_; }

    /// The arguments that run the agent of that script.
    [[nodiscard]] Arguments agent(const std::string& script, Arguments options = {"--prompt", "go on"}) const;

    [[nodiscard]] Result run(const Arguments& arguments, std::string_view input = {}) const;
    [[nodiscard]] Json json(Arguments arguments) const;

    /// The last turn, as the transcript has it.
    [[nodiscard]] Json turn() const { return json({"transcript"}).back(); }

    /// Nothing is at work, nothing waits for somebody who is dead, and the log folds to the model.
    void check_at_rest() const;

private:
    git_test::Sandbox box_;
};

/// Until it has printed that, or half a minute has gone.
void wait_for(Running& running, std::string_view text);

} // namespace evenfold::cli_test
