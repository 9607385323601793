#include "evenfold/system/standard_streams.hpp"

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace evenfold::system {

void open_closed_streams() {
    for (const int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(file, F_GETFD) == -1 && errno == EBADF) (void)::open("/dev/null", O_RDONLY);
    }
}

bool is_terminal(StandardStream stream) {
    return ::isatty(static_cast<int>(stream)) == 1;
}

void discard_typed_input() {
    ::tcflush(STDIN_FILENO, TCIFLUSH);
}

bool has_input() {
    return wait_for_input(STDIN_FILENO, 0);
}

bool wait_for_input(int file, int timeout_ms) {
    pollfd input{.fd = file, .events = POLLIN, .revents = 0};
    return ::poll(&input, 1, timeout_ms) == 1;
}

std::expected<Descriptor, int> open_to_read(const char* name) {
    Descriptor file(::open(name, O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) return std::unexpected(errno);
    return file;
}

std::expected<std::size_t, int> read_some(int file, std::span<char> buffer) {
    const ssize_t count = ::read(file, buffer.data(), buffer.size());
    if (count < 0) return std::unexpected(errno);
    return static_cast<std::size_t>(count);
}

} // namespace evenfold::system
