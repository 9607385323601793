/// Waits for appends of any process: one session listens, and reads the head at least once per second, because a
/// notification is lost with its connection, and a standby gets none.
/// Shape: of the threads that wait, one uses the session and wakes the others.
#pragma once

#include <chrono>
#include <condition_variable>
#include <expected>
#include <mutex>
#include <optional>
#include <utility>

#include "evenfold/journal/journal.hpp"
#include "evenfold/journal/postgres/address.hpp"

namespace evenfold::journal::postgres {

/// May be called from any thread.
class HeadWatch {
public:
    explicit HeadWatch(JournalAddress address) : address_(std::move(address)) {}

    /// Blocks until the head is past `seen`, at most `at_most`. Returns the head, or nothing if another thread has read
    /// it, and it is not past `seen`. A signal ends the wait of the thread that uses the session.
    [[nodiscard]] std::expected<std::optional<Sequence>, Failure>
    wait(Sequence seen, std::chrono::milliseconds at_most);

private:
    using Deadline = std::chrono::steady_clock::time_point;

    [[nodiscard]] std::expected<Sequence, Failure> lead(Sequence seen, Deadline deadline);
    [[nodiscard]] std::expected<Sequence, Failure> read();
    [[nodiscard]] std::expected<void, Failure> listen();

    JournalAddress address_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_led_ = false;                        // a thread uses connection_
    Sequence head_ = 0;                          // as that thread has read it
    std::optional<ServerConnection> connection_; // of the leading thread; none before the first wait and after an error
};

} // namespace evenfold::journal::postgres
