/// A forked process of a test, and pipes between the two.
/// Shapes: the child runs a function and ends with its answer; numbers go through a pipe whole.
/// Open journals must not cross the fork: open them on either side of it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <sys/types.h>

namespace evenfold::journal {

/// One end to write, one to read.
class Pipe {
public:
    Pipe();
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe();

    void write(std::uint64_t number) const;

    /// The next number; nothing when all writers have closed.
    [[nodiscard]] std::optional<std::uint64_t> read() const;

    void close_read();
    void close_write();

private:
    int read_ = -1;
    int write_ = -1;
};

class ChildProcess {
public:
    /// Forks; the child ends with the answer of `run`, and by itself after two minutes.
    explicit ChildProcess(const std::function<int()>& run);
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    ~ChildProcess();

    [[nodiscard]] pid_t pid() const { return pid_; }
    void signal(int number) const;
    [[nodiscard]] bool has_ended();

    /// Waits for the end; the child's answer, or minus the signal that ended it.
    int end();

private:
    pid_t pid_ = -1;
    std::optional<int> answer_;
};

/// The child's answer for "this machine does not permit the test".
inline constexpr int not_permitted = 77;

} // namespace evenfold::journal
