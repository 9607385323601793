/// Reports the history of a search if the program crashes in it, hangs or is terminated.
/// While a CrashReporter exists, a fatal signal or SIGTERM first writes law, seed and history to standard error, then
/// goes to its previous handler. A history that takes longer than the limit is reported likewise, and ends in SIGABRT.
/// Threads: the search and its laws run in one thread. A crash of another thread is reported as if it were in it.
/// Cost: two system calls per history. The handler reads the history in place, allocates nothing and calls write(2).
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/testing/engine/any_testable.hpp"

namespace evenfold::testing {

/// The present use of a domain by this thread.
struct Activity {
    std::uint64_t seed = 0;
    std::string_view law; // empty while the history is generated
    const AnyTestable* domain = nullptr;
    const void* history = nullptr; // so far
    const Shape* shape = nullptr;  // of the command or event that the domain is given
    const void* input = nullptr;
};
[[nodiscard]] Activity& activity() noexcept;

/// While it lives, the activity concerns this history: it is generated, or the law is checked on it.
class ReportedHistory {
public:
    ReportedHistory(const AnyTestable& domain, const void* history, std::string_view law = {}) : outer_(activity()) {
        activity() = {.seed = outer_.seed, .law = law, .domain = &domain, .history = history};
    }
    ~ReportedHistory() { activity() = outer_; }
    ReportedHistory(const ReportedHistory&) = delete;
    ReportedHistory& operator=(const ReportedHistory&) = delete;

private:
    Activity outer_;
};

/// While it lives, the domain is given this command or event.
class ReportedInput {
public:
    ReportedInput(const Shape& shape, const void* input)
        : outer_shape_(std::exchange(activity().shape, &shape)), outer_input_(std::exchange(activity().input, input)) {}
    ~ReportedInput() {
        activity().shape = outer_shape_;
        activity().input = outer_input_;
    }
    ReportedInput(const ReportedInput&) = delete;
    ReportedInput& operator=(const ReportedInput&) = delete;

private:
    const Shape* outer_shape_;
    const void* outer_input_;
};

class CrashReporter {
public:
    /// Allows `seconds_max` for each history; 0 is any time.
    explicit CrashReporter(unsigned seconds_max);
    ~CrashReporter();
    CrashReporter(const CrashReporter&) = delete;
    CrashReporter& operator=(const CrashReporter&) = delete;

    /// Begins a history of that seed. Its time begins to count.
    void begin(std::uint64_t seed) const;

private:
    const CrashReporter* outer_;
    Activity before_;
    unsigned seconds_max_;
};

} // namespace evenfold::testing
