#include "evenfold/system/random.hpp"

#include <cerrno>
#include <fmt/format.h>
#include <sys/random.h>

namespace evenfold::system {

std::expected<void, Failure> fill_random(std::span<char> bytes) {
    while (!bytes.empty()) {
        const ssize_t filled = ::getrandom(bytes.data(), bytes.size(), 0);
        if (filled < 0 && errno == EINTR) continue;
        if (filled < 0)
            return std::unexpected(
                Failure{.kind = FailureKind::input_output,
                        .what = fmt::format("the system gives no random bytes: {}", message_of_errno(errno)),
                        .remedy = "Allow the system call getrandom, which a sandbox may forbid."});
        bytes = bytes.subspan(static_cast<std::size_t>(filled));
    }
    return {};
}

} // namespace evenfold::system
