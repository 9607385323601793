#include "evenfold/kernel/read_ahead.hpp"

namespace evenfold::kernel {

ReadAhead::ReadAhead(journal::Cursor& cursor, const ReadAheadOptions& ahead) {
    for (std::size_t page = 0; page < ahead.pages; ++page) pages_.emplace_back(ahead.page);
    thread_ = std::thread([this, &cursor] { fill(cursor); });
}

ReadAhead::~ReadAhead() {
    {
        const std::scoped_lock lock(mutex_);
        is_stopped_ = true;
    }
    moved_.notify_one();
    thread_.join();
}

std::expected<const journal::EventPage*, journal::Failure> ReadAhead::next() {
    std::unique_lock lock(mutex_);
    if (has_page_) {
        ++read_;
        has_page_ = false;
        moved_.notify_one();
    }
    moved_.wait(lock, [&] { return filled_ > read_ || is_ended_; });
    if (filled_ > read_) {
        has_page_ = true;
        return &pages_[read_ % pages_.size()];
    }
    if (thrown_) std::rethrow_exception(thrown_);
    if (!end_) return std::unexpected(end_.error());
    return nullptr;
}

/// Fills pages until the end of the cursor. Runs in the second thread.
void ReadAhead::fill(journal::Cursor& cursor) {
    for (;;) {
        std::unique_lock lock(mutex_);
        moved_.wait(lock, [&] { return filled_ - read_ < pages_.size() || is_stopped_; });
        if (is_stopped_) return;
        journal::EventPage& page = pages_[filled_ % pages_.size()];
        lock.unlock();
        std::expected<bool, journal::Failure> has_events = false;
        std::exception_ptr thrown;
        try {
            has_events = cursor.next(page);
        } catch (...) {
            thrown = std::current_exception();
        }
        lock.lock();
        if (!thrown && has_events.value_or(false)) {
            ++filled_;
        } else {
            end_ = std::move(has_events);
            thrown_ = thrown;
            is_ended_ = true;
        }
        const bool is_end = is_ended_;
        lock.unlock();
        moved_.notify_one(); // there is one other thread
        if (is_end) return;
    }
}

} // namespace evenfold::kernel
