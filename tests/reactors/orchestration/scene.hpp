/// A thread at work in a real repository: a kernel, the git reactors, and a world that can crash.
/// Shapes: turns are told by hand; files are those of the sandbox. Each step of the loop may be the last of a process.
/// Throws, or fails the test, when the kernel does not take what it must.
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

    /// A project whose root is the sandbox, with `the_thread` in it.
    explicit Scene(std::uint64_t seed = 1, const WorkspaceChoice& workspace = Root{});

    /// Asks it, which must be accepted.
    void ask(Command asked, Actor actor = Actor::user);

    /// Runs the reactors until nothing is to be waited for.
    void settle();

    /// Runs `steps` steps of the reactors, then the process dies and another opens the journal. Answers whether there
    /// was anything left to do.
    bool crash_after(std::size_t steps);

    /// A turn of the thread that writes `bytes` into `path`, captured.
    void turn(const TurnId& turn, const std::string& path, const std::string& bytes);

    [[nodiscard]] const git_test::Sandbox& box() const { return box_; }
    [[nodiscard]] Model model() const;
    [[nodiscard]] std::vector<Event> log();

    /// How often a step was told to have failed, and the last reason.
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
    std::unique_ptr<testing::SimulatedWorld> world_;
    std::unique_ptr<Loop> loop_;
};

} // namespace evenfold::orchestration::tests
