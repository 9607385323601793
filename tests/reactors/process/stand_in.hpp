/// Programs for the tests of processes: the stand-in agent with a script, and shell one-liners.
/// Shapes: a script goes with its folder; waiting has a deadline that a sound test never meets.
/// Errors: what is in the way of a test itself fails the test.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "evenfold/reactors/process/agent_session.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::reactors::process::tests {

/// Far enough to be met only by what hangs.
[[nodiscard]] Moment patience();

/// A shell that does this.
[[nodiscard]] Program shell(const std::string& line, ErrorOutput errors = ErrorOutput::kept);

/// That program, started.
[[nodiscard]] std::unique_ptr<Child> started(const Program& program);

/// All output until the end, which must come.
[[nodiscard]] std::string output_of(Child& child);

/// Reads until the output has so many lines; what it has.
[[nodiscard]] std::string lines_of(Child& child, std::size_t count);

/// Whether /proc is mounted: in a folder that somebody made a root it may not be.
[[nodiscard]] bool has_proc();

/// Whether a process of that id runs; a zombie does not.
[[nodiscard]] bool lives(pid_t pid);

/// Until `is_so`, at most for as long as patience allows; whether it came.
[[nodiscard]] bool comes(const std::function<bool()>& is_so);

[[nodiscard]] std::size_t open_descriptors();
[[nodiscard]] bool has_children();

/// A script for the stand-in, in a folder of its own.
class Script {
public:
    explicit Script(const std::string& text);

    /// An agent that runs it; `more` goes behind the script on the command line.
    [[nodiscard]] Agent agent(const std::vector<std::string>& more = {"--input-format", "stream-json"}) const;

    [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }

    /// What the file of that name holds.
    [[nodiscard]] std::string read(const std::string& name) const;

private:
    journal::ScratchFolder folder_;
};

/// All that a session told.
struct Whole {
    std::vector<providers::Item> items;
    std::vector<std::string> remarks;
    std::optional<Departure> departure;

    void add(Told told);

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

/// Pumps until `is_so`, or the departure; which of both must come.
void pump(AgentSession& session, Whole& whole, const std::function<bool()>& is_so);
void pump_to_end(AgentSession& session, Whole& whole);

} // namespace evenfold::reactors::process::tests
