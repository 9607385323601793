#include "evenfold/kernel/read_ahead.hpp"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <utility>

namespace evenfold::kernel {
namespace {

using Read = std::expected<void, journal::Failure>;

/// Copies of payloads.
class Page {
public:
    void clear() {
        bytes_.clear();
        places_.clear();
    }
    [[nodiscard]] std::size_t size() const { return places_.size(); }
    [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }

    void add(const journal::Payload& payload) {
        places_.push_back({payload.sequence, payload.type.size(), payload.data.size(), payload.type_version});
        bytes_ += payload.type;
        bytes_ += payload.data;
    }

    /// False when the visitor had enough.
    [[nodiscard]] bool visit_all(const journal::VisitPayload& visit) const {
        std::string_view rest = bytes_;
        for (const Place& place : places_) {
            const journal::Payload payload{.sequence = place.sequence,
                                           .type = rest.substr(0, place.type),
                                           .type_version = place.type_version,
                                           .data = rest.substr(place.type, place.data)};
            if (!visit(payload)) return false;
            rest.remove_prefix(place.type + place.data);
        }
        return true;
    }

private:
    struct Place {
        Sequence sequence;
        std::size_t type; // bytes
        std::size_t data; // bytes
        std::uint32_t type_version;
    };

    std::string bytes_;
    std::vector<Place> places_;
};

/// A ring of pages between two threads. Who is inside a page is alone there.
class Ring {
public:
    explicit Ring(std::size_t pages) : pages_(pages) {}

    /// A page to fill, when there is one; null when nobody wants more.
    Page* to_fill() {
        std::unique_lock hold(mutex_);
        moved_.wait(hold, [&] { return filled_ - emptied_ < pages_.size() || closed_; });
        return closed_ ? nullptr : &pages_[filled_ % pages_.size()];
    }
    void filled() {
        move([&] { ++filled_; });
    }

    /// No more pages come.
    void end() {
        move([&] { ended_ = true; });
    }

    /// A page to visit, when there is one; null after the last.
    Page* to_empty() {
        std::unique_lock hold(mutex_);
        moved_.wait(hold, [&] { return filled_ > emptied_ || ended_; });
        return filled_ > emptied_ ? &pages_[emptied_ % pages_.size()] : nullptr;
    }
    void emptied() {
        move([&] { ++emptied_; });
    }

    /// No more pages are wanted.
    void close() {
        move([&] { closed_ = true; });
    }

private:
    template <class Change>
    void move(Change change) {
        {
            const std::scoped_lock hold(mutex_);
            change();
        }
        moved_.notify_one(); // there is one other thread
    }

    std::mutex mutex_;
    std::condition_variable moved_;
    std::vector<Page> pages_;
    std::size_t filled_ = 0;  // so far
    std::size_t emptied_ = 0; // so far
    bool ended_ = false;
    bool closed_ = false;
};

/// The thread that reads; it has ended when this is gone.
class Reading {
public:
    Reading(journal::Journal& journal, Sequence from, const Ahead& ahead)
        : ahead_(ahead), ring_(ahead.pages), thread_([this, &journal, from] { run(journal, from); }) {}
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;
    ~Reading() { stop(); }

    [[nodiscard]] Read visit_all(const journal::VisitPayload& visit) {
        while (Page* page = ring_.to_empty()) {
            if (!page->visit_all(visit)) return {};
            ring_.emptied();
        }
        stop();
        if (thrown_) std::rethrow_exception(thrown_);
        return std::move(read_);
    }

private:
    void stop() {
        ring_.close();
        if (thread_.joinable()) thread_.join();
    }

    void run(journal::Journal& journal, Sequence from) {
        try {
            read_ = fill(journal, from);
        } catch (...) {
            thrown_ = std::current_exception();
        }
        ring_.end();
    }

    Read fill(journal::Journal& journal, Sequence from) {
        constexpr std::size_t bytes_max = std::size_t{1} << 20U;
        Page* page = nullptr;
        Read read = journal.read_payloads(from, [&](const journal::Payload& payload) {
            if (!page) {
                page = ring_.to_fill();
                if (!page) return false;
                page->clear();
            }
            page->add(payload);
            if (page->size() < ahead_.page && page->bytes() < bytes_max) return true;
            ring_.filled();
            page = nullptr;
            return true;
        });
        if (page) ring_.filled();
        return read;
    }

    Ahead ahead_;
    Ring ring_;
    Read read_;
    std::exception_ptr thrown_;
    std::thread thread_; // last: it uses the others
};

} // namespace

Read read_ahead(journal::Journal& journal, Sequence from, const journal::VisitPayload& visit, const Ahead& ahead) {
    if (ahead.processors < 2) return journal.read_payloads(from, visit);
    std::size_t visited = 0;
    Sequence next = from;
    bool is_long = false;
    auto read = journal.read_payloads(from, [&](const journal::Payload& payload) {
        is_long = visited++ == ahead.alone;
        if (is_long) return false;
        next = payload.sequence + 1;
        return visit(payload);
    });
    if (!read || !is_long) return read;
    std::optional<Reading> reading;
    try {
        reading.emplace(journal, next, ahead);
    } catch (const std::system_error&) { // no more threads
        return journal.read_payloads(next, visit);
    }
    return reading->visit_all(visit);
}

} // namespace evenfold::kernel
