#include "evenfold/reactors/process/group_guard.hpp"

#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "evenfold/reactors/process/fork.hpp"

namespace evenfold::reactors::process {

namespace {

/// Runs the guard after the fork, with all signals blocked. It must hold no pipe, lock or file of its parent.
[[noreturn]] void run_guard(pid_t group, int life) {
    ::prctl(PR_SET_NAME, "evenfold-guard"); // as ps shows it
    if (::setpgid(0, group) != 0 || ::dup2(life, STDIN_FILENO) < 0) ::_exit(1);
    close_from(STDIN_FILENO + 1, Closing::at_once);
    char byte = 0;
    ssize_t count = 0;
    do {
        count = ::read(STDIN_FILENO, &byte, 1);
    } while (count > 0 || (count < 0 && errno == EINTR));
    ::kill(-group, SIGKILL);
    ::_exit(0);
}

} // namespace

std::expected<GroupGuard, int> GroupGuard::start(pid_t group) {
    auto pipe = system::make_pipe();
    if (!pipe) return std::unexpected(pipe.error());
    const int life = pipe->read.number();
    const auto pid = fork_quietly();
    if (!pid) return std::unexpected(pid.error());
    if (*pid == 0) run_guard(group, life);
    ::setpgid(*pid, group); // parent and child both set it, so the order does not matter
    return GroupGuard(*pid, std::move(pipe->write));
}

GroupGuard::GroupGuard(GroupGuard&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), life_(std::move(other.life_)) {}

GroupGuard& GroupGuard::operator=(GroupGuard&& other) noexcept {
    std::swap(pid_, other.pid_);
    std::swap(life_, other.life_);
    return *this;
}

void GroupGuard::kill_group() {
    life_.close();
    if (pid_ > 0) reap(std::exchange(pid_, -1));
}

} // namespace evenfold::reactors::process
