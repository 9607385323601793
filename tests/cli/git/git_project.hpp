/// Runs the program in a repository whose journal is in the work tree.
/// Shapes: files without the journal; checkpoints by id. Fails the test if the program refuses what it must accept.
#pragma once

#include <string>
#include <string_view>

#include "evenfold/tests/cli/program.hpp"
#include "evenfold/tests/reactors/git/sandbox.hpp"

namespace evenfold::cli_test {

using git_test::Files;
using git_test::Sandbox;

class GitProject {
public:
    GitProject();

    [[nodiscard]] const Sandbox& box() const { return box_; }

    [[nodiscard]] ProgramResult run(const Arguments& arguments, std::string_view input = {}) const {
        return RunningProgram(box_.root(), arguments).finish(input);
    }

    /// Returns the JSON output of the program with `arguments`.
    [[nodiscard]] Json json(Arguments arguments) const;

    /// Takes a checkpoint of the current files and returns its id.
    [[nodiscard]] std::string checkpoint(const std::string& label) const;

    /// Returns the files of the project, without the journal.
    [[nodiscard]] Files files() const;

    /// Writes enough files that removing them takes a while, each with these bytes.
    void fill(const std::string& bytes) const;

    /// Returns the path of a file that `fill` wrote; a revert removes them in this order.
    [[nodiscard]] static std::string filled(int file);
    static constexpr int files_filled = 2000;

    /// Starts a revert that removes the files of `fill`, and signals it after it has removed the first.
    void signal_running_revert(const std::string& checkpoint, int signal) const;

    /// Leaves a revert unfinished that has removed some of the files of `fill` but not the last.
    void cut_revert(const std::string& checkpoint, int signal) const;

    /// Returns a descriptor that holds the lock on the work tree until it is closed.
    [[nodiscard]] int lock_work_tree() const;

    [[nodiscard]] bool is_reverting() const { return json({"threads"})[0]["status"] == "reverting"; }

    /// Returns whether a rescue checkpoint has the file with these bytes.
    [[nodiscard]] bool is_rescued(const std::string& path, const std::string& bytes) const;

private:
    Sandbox box_;
};

} // namespace evenfold::cli_test
