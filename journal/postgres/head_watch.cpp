#include "evenfold/journal/postgres/head_watch.hpp"

#include <algorithm>

#include "evenfold/journal/postgres/reader.hpp"

namespace evenfold::journal::postgres {

namespace {

using std::chrono::steady_clock;
using storage::postgres::NotificationWait;

constexpr std::chrono::milliseconds poll_interval{1000};
constexpr std::chrono::seconds listen_lock_wait{30};

} // namespace

std::expected<std::optional<Sequence>, Failure> HeadWatch::wait(Sequence seen, std::chrono::milliseconds at_most) {
    const Deadline deadline = steady_clock::now() + at_most;
    std::unique_lock lock(mutex_);
    while (is_led_) {
        if (head_ > seen) return head_;
        if (steady_clock::now() >= deadline) return std::nullopt;
        changed_.wait_until(lock, deadline);
    }
    is_led_ = true;
    head_ = 0; // not read yet
    lock.unlock();
    const auto head = lead(seen, deadline);
    lock.lock();
    is_led_ = false;
    changed_.notify_all(); // one of the others goes on
    if (!head) return std::unexpected(head.error());
    return *head;
}

std::expected<Sequence, Failure> HeadWatch::lead(Sequence seen, Deadline deadline) {
    bool was_lost = false;
    for (bool more = true;;) {
        const auto now = read(); // after the session listens, so that no append is missed
        const bool is_lost = !now && now.error().kind == FailureKind::disconnected;
        if (is_lost && !was_lost) { // a new session may be ended, too, before it is used
            was_lost = true;
            continue;
        }
        if (!now || *now > seen || !more) return now;
        was_lost = false;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
        const auto woken = connection_->wait_for_notification(std::clamp(left, {}, poll_interval));
        if (!woken) connection_.reset(); // the next read connects again
        more = (!woken || *woken != NotificationWait::interrupted) && steady_clock::now() < deadline;
    }
}

std::expected<void, Failure> HeadWatch::listen() {
    auto connection = address_.connect(SessionKind::reader, listen_lock_wait);
    if (!connection) return std::unexpected(connection.error());
    auto listened = connection->execute("listen for appends", "LISTEN " + address_.channel());
    const bool is_standby = !listened && listened.error().kind == FailureKind::read_only; // where only polling works
    if (!listened && !is_standby) return listened;
    connection_ = std::move(*connection);
    return {};
}

/// Reads the head, over a new connection if there is none or if it was lost.
std::expected<Sequence, Failure> HeadWatch::read() {
    const bool was_connected = connection_.has_value();
    if (!was_connected) {
        if (auto listened = listen(); !listened) return std::unexpected(listened.error());
    }
    auto head = read_head(*connection_);
    if (head) {
        const std::scoped_lock lock(mutex_);
        head_ = *head;
        changed_.notify_all();
        return head;
    }
    connection_.reset();
    if (was_connected && head.error().kind == FailureKind::disconnected) return read();
    return head;
}

} // namespace evenfold::journal::postgres
