/// A writer in a process of its own, which acknowledges each step through a pipe, and which a test kills.
/// Shapes: the pipe ends outside the journal's storage, so that acknowledgements survive what happens to that.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <random>

#include "evenfold/tests/faults/numbered_steps.hpp"
#include "evenfold/tests/journal/child_process.hpp"
#include "evenfold/tests/support/process/fault_rounds.hpp"

namespace evenfold::tests::faults {

struct WritingOptions {
    Acknowledge when = Acknowledge::after;
    std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
    bool repeats_failures = false; // opens the journal again after a failure, and repeats the step
};

/// Performs the steps after `done`. Returns 0 after the last one, or another number at a failure.
[[nodiscard]] int write_steps(const TestedStore& store, std::uint64_t done, const journal::Pipe& acknowledged,
                              const WritingOptions& options);

class WritingProcess {
public:
    using Write = std::function<int(const journal::Pipe& acknowledged)>;

    explicit WritingProcess(std::uint64_t done, const Write& write);
    WritingProcess(const TestedStore& store, std::uint64_t done, const WritingOptions& options = {});

    /// Reads `count` acknowledgements. Returns false if the process ends before.
    [[nodiscard]] bool await(std::uint64_t count);

    /// Reads those that are there, and returns the last one of all.
    [[nodiscard]] std::uint64_t acknowledged();

    /// Kills the process, which must still run, at a random moment of the next 3 ms.
    void kill_soon(std::mt19937& random);

    /// Kills the process, unless it has ended. Reads all acknowledgements.
    void stop();

    /// Waits for the end of the process, and reads all acknowledgements. Returns its exit code.
    int end();

    [[nodiscard]] bool has_ended() { return process_.has_ended(); }
    [[nodiscard]] pid_t pid() const { return process_.pid(); }

private:
    journal::Pipe pipe_;
    std::uint64_t last_;
    journal::ChildProcess process_;
};

} // namespace evenfold::tests::faults
