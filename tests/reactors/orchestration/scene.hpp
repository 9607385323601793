/// A thread in a real repository: a kernel, the git reactors, and a simulated world that can crash.
/// Shapes: turns are submitted by hand; files are those of the sandbox. Any step of the loop may precede a crash.
/// Throws, or fails the test, if the kernel refuses a command that it must accept.
#pragma once

#include <memory>
#include <string>

#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/kernel/reacting/loop.hpp"
#include "evenfold/reactors/orchestration/git_reactors.hpp"
#include "evenfold/testing/simulation.hpp"
#include "evenfold/tests/reactors/git/sandbox.hpp"
#include "evenfold/tests/support/asks.hpp"

namespace evenfold::orchestration::tests {

class Scene {
public:
    using Kernel = kernel::Kernel<Orchestration>;
    using Loop = kernel::ReactorLoop<Orchestration>;

    /// Creates a project whose root is the sandbox, with `the_thread` in it.
    explicit Scene(std::uint64_t seed = 1, const WorkspaceChoice& workspace = Root{});

    /// Submits the command, which must be accepted.
    void ask(Command asked, Actor actor = Actor::user);

    /// Runs the reactors until no work is left.
    void settle();

    /// Runs up to `steps` steps of the reactors, then simulates a crash and opens a new kernel over the journal.
    /// Returns whether any work was left.
    bool crash_after(std::size_t steps);

    /// Runs a turn of the thread that writes `bytes` into `path` and is captured.
    void turn(const TurnId& turn, const std::string& path, const std::string& bytes);

    [[nodiscard]] const git_test::Sandbox& box() const { return box_; }
    [[nodiscard]] Model model() const;
    [[nodiscard]] std::vector<Event> log();

    /// Number of failed attempts, and the reason of the last one.
    [[nodiscard]] std::size_t setbacks() const { return setbacks_; }
    [[nodiscard]] const std::string& reason() const { return reason_; }

private:
    void open();

    git_test::Sandbox box_;
    journal::MemoryJournal journal_;
    Reactors reactors_;
    std::uint64_t seed_;
    std::size_t setbacks_ = 0;
    std::string reason_;
    std::unique_ptr<Kernel> kernel_;
    std::unique_ptr<testing::SimulatedRuntime> world_;
    std::unique_ptr<Loop> loop_;
};

} // namespace evenfold::orchestration::tests
