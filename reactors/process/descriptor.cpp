#include "evenfold/reactors/process/descriptor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace evenfold::reactors::process {

namespace {

constexpr int first_free = STDERR_FILENO + 1;

/// `number` again, above the standard ones: a program may have been started with those closed.
std::expected<Descriptor, int> lifted(Descriptor descriptor) {
    if (descriptor.number() >= first_free) return descriptor;
    const int number = ::fcntl(descriptor.number(), F_DUPFD_CLOEXEC, first_free);
    if (number < 0) return std::unexpected(errno);
    return Descriptor(number);
}

} // namespace

bool stop_waiting(const Descriptor& descriptor) {
    const int flags = ::fcntl(descriptor.number(), F_GETFL);
    return flags >= 0 && ::fcntl(descriptor.number(), F_SETFL, flags | O_NONBLOCK) == 0;
}

std::expected<Pipe, int> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::unexpected(errno);
    auto read = lifted(Descriptor(ends[0]));
    auto write = lifted(Descriptor(ends[1]));
    if (!read) return std::unexpected(read.error());
    if (!write) return std::unexpected(write.error());
    return Pipe{.read = *std::move(read), .write = *std::move(write)};
}

} // namespace evenfold::reactors::process
