/// Reading a journal in a thread of its own, so that the thread that folds the events need not wait for the storage.
/// Shape: one thread fills pages from a cursor, the other one reads them; a page that was read is filled again.
/// Errors: those of the cursor, returned when all pages before them have been read, as without a second thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <expected>
#include <mutex>
#include <thread>

#include "evenfold/journal/cursor.hpp"

namespace evenfold::kernel {

/// When to use a second reading thread, and how far it may be ahead.
struct ReadAheadOptions {
    std::uint64_t single_thread_max = 4096; // a replay of at most this many events uses no second thread
    journal::PageLimits page{};
    std::size_t pages = 4;
    unsigned processors = std::thread::hardware_concurrency(); // fewer than two: no second thread
};

/// A thread that fills pages from `cursor`, which no other thread may use meanwhile. It ends with this object.
class ReadAhead {
public:
    /// Throws std::system_error when no thread can be started.
    ReadAhead(journal::Cursor& cursor, const ReadAheadOptions& ahead);
    ReadAhead(const ReadAhead&) = delete;
    ReadAhead& operator=(const ReadAhead&) = delete;
    ~ReadAhead();

    /// Returns the next page, or null after the last. The page is valid until the next call, which releases it to be
    /// filled again. Rethrows an exception of the cursor.
    [[nodiscard]] std::expected<const journal::EventPage*, journal::Failure> next();

private:
    void fill(journal::Cursor& cursor);

    std::deque<journal::EventPage> pages_; // a ring: page n is at index n % size
    std::mutex mutex_;
    std::condition_variable moved_;
    std::size_t filled_ = 0;                            // pages so far
    std::size_t read_ = 0;                              // pages so far; the next page may still be in use by the caller
    bool has_page_ = false;                             // of the caller
    bool is_ended_ = false;                             // the cursor is at its end
    bool is_stopped_ = false;                           // the destructor runs
    std::expected<bool, journal::Failure> end_ = false; // the reason why no more pages come; set before is_ended_
    std::exception_ptr thrown_;                         // an exception of the cursor; also set before is_ended_
    std::thread thread_;                                // last, because it uses the other members
};

} // namespace evenfold::kernel
