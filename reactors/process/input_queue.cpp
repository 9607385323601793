#include "evenfold/reactors/process/input_queue.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <utility>

namespace evenfold::reactors::process {

namespace {

constexpr std::size_t piece_bytes = 64UL * 1024;

/// Suppresses SIGPIPE for writes of this thread, regardless of how the host program handles the signal.
class BrokenPipesAreErrors {
public:
    BrokenPipesAreErrors() {
        sigset_t pending;
        ::sigemptyset(&pending);
        ::sigpending(&pending);
        was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
        ::sigemptyset(&broken_pipe_);
        ::sigaddset(&broken_pipe_, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &broken_pipe_, &before_);
    }
    BrokenPipesAreErrors(const BrokenPipesAreErrors&) = delete;
    BrokenPipesAreErrors& operator=(const BrokenPipesAreErrors&) = delete;
    ~BrokenPipesAreErrors() {
        const int error = errno;
        const timespec at_once{};
        while (!was_pending_ && ::sigtimedwait(&broken_pipe_, nullptr, &at_once) < 0 && errno == EINTR) {}
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
        errno = error;
    }

private:
    sigset_t broken_pipe_{};
    sigset_t before_{};
    bool was_pending_ = false;
};

} // namespace

InputQueue::InputQueue(Descriptor pipe, std::size_t bytes_max) : pipe_(std::move(pipe)), bytes_max_(bytes_max) {}

bool InputQueue::push(std::string_view bytes) {
    if (bytes.size() > bytes_max_ - waiting()) return false;
    if (written_ > bytes_.size() / 2) bytes_.erase(0, std::exchange(written_, 0));
    bytes_ += bytes;
    return true;
}

void InputQueue::flush() {
    if (!pipe_.is_open()) return;
    if (waiting() > 0) {
        const BrokenPipesAreErrors guard;
        while (waiting() > 0) {
            const std::size_t size = std::min(waiting(), piece_bytes);
            const ssize_t count = ::write(pipe_.number(), bytes_.data() + written_, size);
            if (count < 0 && errno == EINTR) continue;
            if (count < 0 && errno == EAGAIN) return;
            if (count < 0) {
                error_ = errno;
                closing_ = true;
                break;
            }
            written_ += static_cast<std::size_t>(count);
        }
        bytes_.clear();
        written_ = 0;
    }
    if (closing_) pipe_.close();
}

void InputQueue::close() {
    closing_ = true;
    flush();
}

} // namespace evenfold::reactors::process
