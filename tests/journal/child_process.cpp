#include "evenfold/tests/journal/child_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace evenfold::journal {

namespace {

constexpr unsigned seconds_max = 120;

int exit_of(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

} // namespace

Pipe::Pipe() {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) throw std::runtime_error("no pipe can be made");
    read_ = ends[0];
    write_ = ends[1];
}

Pipe::~Pipe() {
    close_read();
    close_write();
}

void Pipe::write(std::uint64_t number) const {
    if (::write(write_, &number, sizeof number) != sizeof number) _exit(99);
}

std::optional<std::uint64_t> Pipe::read() const {
    std::uint64_t number = 0;
    if (::read(read_, &number, sizeof number) != sizeof number) return std::nullopt;
    return number;
}

bool Pipe::is_readable() const {
    pollfd end{.fd = read_, .events = POLLIN, .revents = 0};
    return poll(&end, 1, 0) == 1;
}

void Pipe::close_read() {
    if (read_ >= 0) ::close(std::exchange(read_, -1));
}

void Pipe::close_write() {
    if (write_ >= 0) ::close(std::exchange(write_, -1));
}

ChildProcess::ChildProcess(const std::function<int()>& run) : pid_(fork()) {
    if (pid_ < 0) throw std::runtime_error("no process can be forked");
    if (pid_ > 0) return;
    alarm(seconds_max);
    _exit(run());
}

ChildProcess::~ChildProcess() {
    if (exit_) return;
    signal(SIGKILL);
    end();
}

void ChildProcess::signal(int number) const {
    if (!exit_) kill(pid_, number);
}

bool ChildProcess::has_ended() {
    int status = 0;
    if (!exit_ && waitpid(pid_, &status, WNOHANG) == pid_) exit_ = exit_of(status);
    return exit_.has_value();
}

int ChildProcess::end() {
    int status = 0;
    while (!exit_) {
        if (waitpid(pid_, &status, 0) == pid_)
            exit_ = exit_of(status);
        else if (errno != EINTR)
            exit_ = -1;
    }
    return *exit_;
}

} // namespace evenfold::journal
