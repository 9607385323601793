#include "evenfold/system/descriptor.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace evenfold::system {

namespace {

constexpr int first_free = STDERR_FILENO + 1;

/// Moves the descriptor above the standard streams, because a program may have been started with those closed.
std::expected<Descriptor, int> above_standard_streams(Descriptor descriptor) {
    if (descriptor.number() >= first_free) return descriptor;
    const int number = ::fcntl(descriptor.number(), F_DUPFD_CLOEXEC, first_free);
    if (number < 0) return std::unexpected(errno);
    return Descriptor(number);
}

} // namespace

void Descriptor::close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
}

int write_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t size = ::write(file, bytes.data(), bytes.size());
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return errno;
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return 0;
}

bool set_nonblocking(const Descriptor& descriptor) {
    const int flags = ::fcntl(descriptor.number(), F_GETFL);
    return flags >= 0 && ::fcntl(descriptor.number(), F_SETFL, flags | O_NONBLOCK) == 0;
}

std::expected<Pipe, int> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::unexpected(errno);
    auto read = above_standard_streams(Descriptor(ends[0]));
    auto write = above_standard_streams(Descriptor(ends[1]));
    if (!read) return std::unexpected(read.error());
    if (!write) return std::unexpected(write.error());
    return Pipe{.read = *std::move(read), .write = *std::move(write)};
}

} // namespace evenfold::system
