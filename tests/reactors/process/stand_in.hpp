/// Programs for the tests of processes: the stand-in agent with a script, and shell one-liners.
/// Shapes: a script has its own directory; waits have a deadline that only a hanging test reaches.
/// Errors: a failure of the test's setup fails the test.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "evenfold/reactors/process/agent_session.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::reactors::process::tests {

/// Returns a deadline that only a hanging test reaches.
[[nodiscard]] SteadyTime patience();

/// Returns a shell program that runs `line`.
[[nodiscard]] LaunchOptions shell(const std::string& line, ErrorOutput errors = ErrorOutput::kept);

/// Starts `program`; fails the test if it cannot start.
[[nodiscard]] std::unique_ptr<Child> started(const LaunchOptions& program);

/// Reads all output until the child ends; fails the test if it does not end in time.
[[nodiscard]] std::string output_of(Child& child);

/// Reads until the output has `count` lines. Returns all output so far.
[[nodiscard]] std::string lines_of(Child& child, std::size_t count);

/// Returns whether /proc is mounted; in a chroot it may not be.
[[nodiscard]] bool has_proc();

/// Returns whether a process with this id runs; a zombie does not count.
[[nodiscard]] bool is_running(pid_t pid);

/// Waits until `is_so` returns true, at most as long as `patience` allows. Returns whether it did.
[[nodiscard]] bool wait_until(const std::function<bool()>& is_so);

[[nodiscard]] std::size_t open_descriptors();
[[nodiscard]] bool has_children();

/// A script for the stand-in agent, in its own directory.
class Script {
public:
    explicit Script(const std::string& text);

    /// Returns an agent that runs the script; `more` follows the script on the command line.
    [[nodiscard]] Agent agent(const std::vector<std::string>& more = {"--input-format", "stream-json"}) const;

    [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }

    /// Returns the content of the file `name` in the script's directory.
    [[nodiscard]] std::string read(const std::string& name) const;

private:
    journal::ScratchFolder folder_;
};

/// All items and remarks of a session, and its exit.
struct CollectedOutput {
    std::vector<providers::Item> items;
    std::vector<std::string> remarks;
    std::optional<AgentExit> agent_exit;

    void add(PumpResult result);

    template <class Kind>
    [[nodiscard]] std::vector<Kind> all() const {
        std::vector<Kind> found;
        for (const providers::Item& item : items) {
            const auto* event = std::get_if<orchestration::ProviderEvent>(&item);
            if (const auto* kind = event ? std::get_if<Kind>(event) : nullptr) found.push_back(*kind);
        }
        return found;
    }

    [[nodiscard]] std::string text() const;
};

[[nodiscard]] AgentSession started(const Agent& agent);

/// Pumps until `is_so` returns true or the agent ends; fails the test if neither happens in time.
void pump(AgentSession& session, CollectedOutput& collected, const std::function<bool()>& is_so);
void pump_to_end(AgentSession& session, CollectedOutput& collected);

} // namespace evenfold::reactors::process::tests
