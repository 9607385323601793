#include "evenfold/reactors/process/fork.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

namespace evenfold::reactors::process {

std::expected<pid_t, int> fork_quietly() {
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t pid = ::fork();
    const int error = errno;
    if (pid == 0) return 0;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (pid < 0) return std::unexpected(error);
    return pid;
}

void reap(pid_t pid) {
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {}
}

void close_from(unsigned first, Closing closing) {
    const bool at_exec = closing == Closing::at_exec;
    if (::syscall(SYS_close_range, first, ~0U, at_exec ? CLOSE_RANGE_CLOEXEC : 0U) == 0) return;
    // Before Linux 5.11, close them one by one.
    constexpr rlim_t most = 65536;
    struct rlimit limit{};
    const rlim_t end = ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? std::min(limit.rlim_cur, most) : most;
    for (rlim_t number = first; number < end; ++number) {
        if (at_exec)
            ::fcntl(static_cast<int>(number), F_SETFD, FD_CLOEXEC);
        else
            ::close(static_cast<int>(number));
    }
}

} // namespace evenfold::reactors::process
