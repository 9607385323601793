/// A running program with pipes: reads its output as it arrives, and writes its input as fast as the program reads.
/// Shapes: bytes; times of the steady clock. One thread uses a Child; interrupt, terminate and kill are thread-safe.
/// Errors: a Failure that names the program. After its end, no process of its group, zombie or descriptor is left.
#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/reactors/process/input_queue.hpp"
#include "evenfold/reactors/process/launch.hpp"

namespace evenfold::reactors::process {

using SteadyTime = std::chrono::steady_clock::time_point;

inline constexpr std::size_t error_tail_bytes = 64UL * 1024; // number of bytes of standard error that are kept

/// After a program has ended, its output is read for this long, and until all bytes that it wrote are read. The limit
/// is necessary because a process that inherited the output may keep it open forever.
inline constexpr std::chrono::milliseconds drain_grace{250};

/// The result of one read: one of the three, or none if the deadline passed.
struct ReadResult {
    std::string output;
    bool output_closed = false;      // reported once; the program may live on
    std::optional<ExitStatus> ended; // after all of its output
    friend bool operator==(const ReadResult&, const ReadResult&) = default;
};

class Child {
public:
    /// Starts `program`; see `launch`. Queues at most `input_bytes` of input for it.
    [[nodiscard]] static std::expected<std::unique_ptr<Child>, Failure>
    start(const LaunchOptions& program, std::size_t input_bytes = input_bytes_max);

    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// Kills the group if the program is alive.
    ~Child();

    /// Queues `bytes` for the program's standard input, all or none. This call and later reads write them.
    [[nodiscard]] std::expected<void, Failure> write(std::string_view bytes);

    /// Returns the number of queued bytes that the program has not taken yet.
    [[nodiscard]] std::size_t unwritten() const { return input_.waiting(); }

    /// Closes the program's standard input after the queued bytes are written.
    void close_input();

    /// Returns whether more can be written. A closed pipe is noticed by a write, or while bytes are queued.
    [[nodiscard]] bool takes_input() const { return input_.is_open(); }

    /// Blocks until there is output, the output closes, the program has ended, `deadline` passes, or this thread
    /// handles a signal. Checks at least once. After the program's end, each call returns its exit status.
    [[nodiscard]] ReadResult read(SteadyTime deadline);

    /// Blocks until the program has ended, and drops its output. Returns nothing if `deadline` passes first.
    [[nodiscard]] std::optional<ExitStatus> wait(SteadyTime deadline);

    // Signals to the whole group: SIGINT, SIGTERM, SIGKILL. They fail if the program has ended.
    [[nodiscard]] std::expected<void, Failure> interrupt();
    [[nodiscard]] std::expected<void, Failure> terminate();
    [[nodiscard]] std::expected<void, Failure> kill();

    /// Returns the exit status, once `read` has returned it.
    [[nodiscard]] const std::optional<ExitStatus>& ended() const { return ended_; }

    /// Returns the last bytes of its standard error; empty if that is passed through.
    [[nodiscard]] std::string_view error_tail() const;

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] pid_t pid() const { return pid_; }

private:
    Child(std::string name, LaunchedProgram launched, std::size_t input_bytes);

    [[nodiscard]] std::expected<void, Failure> signal(int number);
    [[nodiscard]] Failure has_ended() const;
    [[nodiscard]] bool take_output(ReadResult& result);
    void take_errors();
    void check_for_exit();
    [[nodiscard]] bool is_drained() const;
    void reap_group();
    void wait_for_event(SteadyTime deadline);

    std::string name_;
    pid_t pid_;
    GroupGuard guard_;
    InputQueue input_;
    Descriptor output_;
    Descriptor errors_;
    Descriptor end_; // readable once the program has ended; none on systems without such descriptors
    std::string buffer_;
    std::string error_bytes_;
    std::optional<ExitStatus> exit_status_; // set when it has ended; its output may still be open
    SteadyTime exited_at_;
    std::size_t undrained_bytes_ = 0; // bytes of output written before its end and not read yet
    std::optional<ExitStatus> ended_;

    std::mutex reaping_; // guards the process id, which may be reused once it is reaped
    bool reaped_ = false;
};

} // namespace evenfold::reactors::process
