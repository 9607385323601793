/// A program at work: what it prints is read as it comes, what it is told is written as fast as it reads.
/// Shapes: bytes; moments of the steady clock. One thread uses a Child; interrupt, terminate and kill are for any.
/// Errors: a Failure that names the program. However it ends, no process of its group, zombie or descriptor is left.
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

using Moment = std::chrono::steady_clock::time_point;

inline constexpr std::size_t error_tail_bytes = 64UL * 1024; // of standard error, its last

/// Whoever inherited the output of a program that has ended may hold it open for ever: after all that the program
/// itself wrote, so much longer is it read.
inline constexpr std::chrono::milliseconds drain_grace{250};

/// What one look at a program brought: one of the three, or nothing until the deadline.
struct Heard {
    std::string output;
    bool output_closed = false; // told once; the program may live on
    std::optional<Ended> ended; // after all of its output
    friend bool operator==(const Heard&, const Heard&) = default;
};

class Child {
public:
    /// Starts `program`, as launch does. At most `input_bytes` wait to be read by it.
    [[nodiscard]] static std::expected<std::unique_ptr<Child>, Failure>
    start(const Program& program, std::size_t input_bytes = input_bytes_max);

    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// Kills the group, if the program lives.
    ~Child();

    /// Takes `bytes` for the program's standard input, all or none; they are written by this and by later reads.
    [[nodiscard]] std::expected<void, Failure> write(std::string_view bytes);

    /// Bytes that the program has not taken so far.
    [[nodiscard]] std::size_t unwritten() const { return input_.waiting(); }

    /// The program's standard input ends after what was written.
    void close_input();

    /// Whether more can be written. A program that stops reading is noticed by a write, or while bytes wait.
    [[nodiscard]] bool takes_input() const { return input_.is_open(); }

    /// Waits until there is output, the output closes, the program has ended, or `deadline`; a signal that this thread
    /// handles ends the wait as well. Looks at least once. Where the program has ended, answers so each time.
    [[nodiscard]] Heard read(Moment deadline);

    /// As read, but drops the output: waits for the end, or nothing at `deadline`.
    [[nodiscard]] std::optional<Ended> wait(Moment deadline);

    // To the whole group: SIGINT, SIGTERM, SIGKILL. A program that has ended is a failure.
    [[nodiscard]] std::expected<void, Failure> interrupt();
    [[nodiscard]] std::expected<void, Failure> terminate();
    [[nodiscard]] std::expected<void, Failure> kill();

    /// How it ended, once read has told.
    [[nodiscard]] const std::optional<Ended>& ended() const { return ended_; }

    /// The last of what it wrote to standard error; empty where that is passed through.
    [[nodiscard]] std::string_view error_tail() const;

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] pid_t pid() const { return pid_; }

private:
    Child(std::string name, Launched launched, std::size_t input_bytes);

    [[nodiscard]] std::expected<void, Failure> signal(int number);
    [[nodiscard]] Failure has_ended() const;
    [[nodiscard]] bool take_output(Heard& heard);
    void take_errors();
    void look_for_end();
    [[nodiscard]] bool is_drained() const;
    void settle();
    void await(Moment deadline);

    std::string name_;
    pid_t pid_;
    Guard guard_;
    InputQueue input_;
    Descriptor output_;
    Descriptor errors_;
    Descriptor end_; // readable once the program has ended; none where the system has no such descriptors
    std::string buffer_;
    std::string error_bytes_;
    std::optional<Ended> seen_; // it has ended, and its output may go on
    Moment seen_at_;
    std::size_t owed_ = 0; // bytes of output that it wrote before its end
    std::optional<Ended> ended_;

    std::mutex reaping_; // its id is its own until it is reaped
    bool reaped_ = false;
};

} // namespace evenfold::reactors::process
