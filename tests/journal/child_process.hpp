/// A forked process of a test, and pipes between the two processes.
/// Shapes: the child runs a function and exits with its result; each number is transferred whole.
/// Open journals must not cross the fork: open them before or after it in the process that uses them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <sys/types.h>

namespace evenfold::journal {

/// A pipe with one end to write and one to read.
class Pipe {
public:
    Pipe();
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe();

    void write(std::uint64_t number) const;

    /// Returns the next number; returns nothing when all writers have closed.
    [[nodiscard]] std::optional<std::uint64_t> read() const;

    /// Returns whether `read` would return at once.
    [[nodiscard]] bool is_readable() const;

    void close_read();
    void close_write();

private:
    int read_ = -1;
    int write_ = -1;
};

class ChildProcess {
public:
    /// Forks. The child exits with the result of `run`; after two minutes, it is ended by a signal.
    explicit ChildProcess(const std::function<int()>& run);
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    ~ChildProcess();

    [[nodiscard]] pid_t pid() const { return pid_; }
    void signal(int number) const;
    [[nodiscard]] bool has_ended();

    /// Waits for the child. Returns its exit code, or the negated number of the signal that ended it.
    int end();

private:
    pid_t pid_ = -1;
    std::optional<int> exit_;
};

/// Exit code of a child for "this machine does not permit the test".
inline constexpr int not_permitted = 77;

} // namespace evenfold::journal
