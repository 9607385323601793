/// Waits for a socket of a server connection.
/// Source: poll(2).
#pragma once

#include <chrono>
#include <cstdint>

namespace evenfold::storage::postgres {

enum class SocketEvent : std::uint8_t { readable, writable, either };
enum class SocketState : std::uint8_t { readable, writable, timed_out, interrupted };

/// Blocks until the event, a signal, or `deadline`. An error of the socket counts as the event, because the next call
/// reports it.
[[nodiscard]] SocketState
wait_for_socket(int socket, SocketEvent event, std::chrono::steady_clock::time_point deadline);

} // namespace evenfold::storage::postgres
