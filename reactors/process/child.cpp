#include "evenfold/reactors/process/child.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "evenfold/reactors/process/fork.hpp"

namespace evenfold::reactors::process {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t read_bytes = 64UL * 1024;
constexpr int error_reads_max = 16; // per read, so that a program with much error output cannot starve its output
constexpr milliseconds exit_check_interval{20}; // interval of checks for the end without a descriptor
constexpr milliseconds poll_max{600000};        // of one poll

/// Returns a descriptor that is readable once the process has ended; since Linux 5.3.
Descriptor end_of(pid_t pid) {
    return Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U)));
}

int timeout_until(SteadyTime deadline) {
    const SteadyTime now = steady_clock::now();
    if (deadline <= now) return 0;
    return static_cast<int>(std::min(std::chrono::ceil<milliseconds>(deadline - now), poll_max).count());
}

std::size_t readable_bytes(const Descriptor& pipe) {
    int count = 0;
    if (!pipe.is_open() || ::ioctl(pipe.number(), FIONREAD, &count) != 0 || count < 0) return 0;
    return static_cast<std::size_t>(count);
}

} // namespace

std::expected<std::unique_ptr<Child>, Failure> Child::start(const LaunchOptions& program, std::size_t input_bytes) {
    auto launched = launch(program);
    if (!launched) return std::unexpected(std::move(launched.error()));
    return std::unique_ptr<Child>(new Child(program.command.front(), *std::move(launched), input_bytes));
}

Child::Child(std::string name, LaunchedProgram launched, std::size_t input_bytes)
    : name_(std::move(name)),
      pid_(launched.pid),
      guard_(std::move(launched.guard)),
      input_(std::move(launched.input), input_bytes),
      output_(std::move(launched.output)),
      errors_(std::move(launched.errors)),
      end_(end_of(pid_)),
      buffer_(read_bytes, '\0') {}

Child::~Child() {
    if (ended_) return;
    check_for_exit();
    reap_group();
}

std::expected<void, Failure> Child::write(std::string_view bytes) {
    if (ended_) return std::unexpected(has_ended());
    input_.flush();
    if (!input_.is_open()) {
        const bool by_it = input_.error() != 0;
        return std::unexpected(
            Failure{.kind = FailureKind::input_closed,
                    .what = fmt::format("cannot write to {}: {}", name_,
                                        by_it ? "it no longer reads its input" : "its input was closed"),
                    .remedy = by_it ? "check its last output" : "write before the input is closed"});
    }
    if (!input_.push(bytes)) {
        return std::unexpected(
            Failure{.kind = FailureKind::input_full,
                    .what = fmt::format("{} reads too slowly: {} bytes are queued, and {} more exceed the limit", name_,
                                        unwritten(), bytes.size()),
                    .remedy = "write again after it has read, or stop it"});
    }
    input_.flush();
    return {};
}

void Child::close_input() {
    input_.close();
}

ReadResult Child::read(SteadyTime deadline) {
    ReadResult result;
    for (bool last = false; !ended_; last = steady_clock::now() >= deadline) {
        input_.flush();
        take_errors();
        check_for_exit();
        if (exit_status_ && is_drained()) {
            reap_group();
            break;
        }
        if (take_output(result)) return result;
        if (last) return result;
        wait_for_event(deadline);
        if (errno == EINTR) deadline = SteadyTime::min();
    }
    result.ended = ended_;
    return result;
}

std::optional<ExitStatus> Child::wait(SteadyTime deadline) {
    while (!ended_ && steady_clock::now() < deadline) static_cast<void>(read(deadline));
    return ended_;
}

/// Returns whether there is something to report.
bool Child::take_output(ReadResult& result) {
    if (!output_.is_open()) return false;
    const ssize_t count = ::read(output_.number(), buffer_.data(), buffer_.size());
    if (count > 0) {
        result.output.assign(buffer_, 0, static_cast<std::size_t>(count));
        undrained_bytes_ -= std::min(undrained_bytes_, result.output.size());
        return true;
    }
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    output_.close();
    result.output_closed = true;
    return true;
}

void Child::take_errors() {
    for (int reads = 0; errors_.is_open() && reads < error_reads_max; ++reads) {
        const ssize_t count = ::read(errors_.number(), buffer_.data(), buffer_.size());
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) break;
        if (count <= 0) {
            errors_.close();
            break;
        }
        error_bytes_.append(buffer_, 0, static_cast<std::size_t>(count));
        if (error_bytes_.size() > 2 * error_tail_bytes) error_bytes_.erase(0, error_bytes_.size() - error_tail_bytes);
    }
}

std::string_view Child::error_tail() const {
    const std::string_view all = error_bytes_;
    return all.substr(all.size() - std::min(all.size(), error_tail_bytes));
}

/// Detects the end without reaping, so that the group's id stays reserved until the group is killed.
void Child::check_for_exit() {
    if (exit_status_) return;
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
        if (errno != ECHILD) return;
        exit_status_ = ExitStatus{.code = std::nullopt, .signal = std::nullopt};
    } else if (info.si_pid == 0) {
        return;
    } else if (info.si_code == CLD_EXITED) {
        exit_status_ = ExitStatus{.code = info.si_status, .signal = std::nullopt};
    } else {
        exit_status_ = ExitStatus{.code = std::nullopt, .signal = info.si_status};
    }
    exited_at_ = steady_clock::now();
    undrained_bytes_ = readable_bytes(output_);
}

bool Child::is_drained() const {
    return !output_.is_open() || (undrained_bytes_ == 0 && steady_clock::now() >= exited_at_ + drain_grace);
}

/// Kills the rest of the group and reaps the program.
void Child::reap_group() {
    take_errors();
    const std::scoped_lock lock(reaping_);
    // The guard also does this, unless it was killed. If the status is unknown, the id may belong to another process.
    if (!exit_status_ || exit_status_->code || exit_status_->signal) ::kill(-pid_, SIGKILL);
    guard_.kill_group();
    reap(pid_);
    reaped_ = true;
    ended_ = exit_status_.value_or(ExitStatus{.code = std::nullopt, .signal = std::nullopt});
    input_.close();
    output_.close();
    errors_.close();
    end_.close();
}

/// Blocks until a check may find something. Sets errno to EINTR if a signal ended the wait.
void Child::wait_for_event(SteadyTime deadline) {
    if (exit_status_) deadline = std::min(deadline, exited_at_ + drain_grace);
    if (!exit_status_ && !end_.is_open()) deadline = std::min(deadline, steady_clock::now() + exit_check_interval);
    const auto watched = [](bool is_watched, int number, short events) {
        return pollfd{.fd = is_watched ? number : -1, .events = events, .revents = 0};
    };
    std::array<pollfd, 4> watching{watched(output_.is_open(), output_.number(), POLLIN),
                                   watched(errors_.is_open(), errors_.number(), POLLIN),
                                   watched(input_.waiting() > 0, input_.number(), POLLOUT),
                                   watched(!exit_status_ && end_.is_open(), end_.number(), POLLIN)};
    errno = 0;
    ::poll(watching.data(), watching.size(), timeout_until(deadline));
}

Failure Child::has_ended() const {
    return {.kind = FailureKind::ended,
            .what = ended_ ? fmt::format("{} {}", name_, describe_exit(*ended_)) : fmt::format("{} has ended", name_),
            .remedy = "start it again"};
}

std::expected<void, Failure> Child::signal(int number) {
    const std::scoped_lock lock(reaping_);
    if (reaped_ || ::kill(-pid_, number) != 0) return std::unexpected(has_ended());
    return {};
}

std::expected<void, Failure> Child::interrupt() {
    return signal(SIGINT);
}

std::expected<void, Failure> Child::terminate() {
    return signal(SIGTERM);
}

std::expected<void, Failure> Child::kill() {
    return signal(SIGKILL);
}

} // namespace evenfold::reactors::process
