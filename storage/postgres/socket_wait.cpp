#include "evenfold/storage/postgres/socket_wait.hpp"

#include <algorithm>
#include <poll.h>

namespace evenfold::storage::postgres {

SocketState wait_for_socket(int socket, SocketEvent event, std::chrono::steady_clock::time_point deadline) {
    constexpr std::chrono::milliseconds longest = std::chrono::hours(1); // poll takes an int
    short events = 0;
    if (event != SocketEvent::writable) events |= POLLIN;
    if (event != SocketEvent::readable) events |= POLLOUT;
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        pollfd waited{.fd = socket, .events = events, .revents = 0};
        const auto limit = std::clamp<std::chrono::milliseconds>(left, std::chrono::milliseconds(0), longest);
        const int count = poll(&waited, 1, static_cast<int>(limit.count()));
        if (count < 0) return SocketState::interrupted;
        if (count == 0 && left <= longest) return SocketState::timed_out;
        if (count == 0) continue;
        const bool is_writable_only =
            (waited.revents & POLLOUT) != 0 && (waited.revents & (POLLIN | POLLERR | POLLHUP)) == 0;
        return is_writable_only ? SocketState::writable : SocketState::readable;
    }
}

} // namespace evenfold::storage::postgres
