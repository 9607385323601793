#include "evenfold/system/whole_file.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "evenfold/system/descriptor.hpp"

namespace evenfold::system {

std::expected<std::string, Failure> read_whole_file(const std::filesystem::path& path, std::size_t bytes_max) {
    constexpr std::size_t first_bytes = 4096;
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) return std::unexpected(failure_of(path, "open", errno));
    std::string bytes(std::min(first_bytes, bytes_max + 1), '\0');
    std::size_t size = 0;
    while (true) {
        const ssize_t count = ::read(file.number(), bytes.data() + size, bytes.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return std::unexpected(failure_of(path, "read", errno));
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
        if (size > bytes_max)
            return std::unexpected(Failure{.kind = FailureKind::too_large,
                                           .what = fmt::format("{}: has more than {} bytes", path.string(), bytes_max),
                                           .remedy = "Check that it is the right file."});
        if (size == bytes.size()) bytes.resize(std::min(2 * size, bytes_max + 1));
    }
    bytes.resize(size);
    return bytes;
}

} // namespace evenfold::system
