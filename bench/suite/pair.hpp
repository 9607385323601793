/// Pairs: what evenfold does, and the bare limit doing the same work, run in turn so that noise meets both.
/// Shapes: seconds and events in; nanoseconds an event and the median of the pairwise ratios out.
/// Errors: a pair whose sides come to different digests is told as failed, whatever its speed.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace benchmark {
class State;
} // namespace benchmark

namespace evenfold::bench {

/// Times the part of a side between `start` and `stop`; what a side prepares or checks stands outside.
class Stopwatch {
public:
    void start();
    void stop();

    /// Counts all so far as that much of itself, to compare runs of different sizes.
    void scale(double factor) {
        seconds_ *= factor;
        allocations_ = static_cast<std::uint64_t>(static_cast<double>(allocations_) * factor);
        heap_bytes_ = static_cast<std::int64_t>(static_cast<double>(heap_bytes_) * factor);
    }

    [[nodiscard]] double seconds() const { return seconds_; }
    /// Of the timed part, where they are counted; `heap_bytes` is how much more it left allocated than it found.
    [[nodiscard]] std::uint64_t allocations() const { return allocations_; }
    [[nodiscard]] std::int64_t heap_bytes() const { return heap_bytes_; }

private:
    std::chrono::steady_clock::time_point started_;
    std::uint64_t allocations_at_start_ = 0;
    std::int64_t heap_at_start_ = 0;
    double seconds_ = 0;
    std::uint64_t allocations_ = 0;
    std::int64_t heap_bytes_ = 0;
};

/// One way to do the work, once. Answers the digest of what it came to, or nothing when there is no state to compare.
using Side = std::function<std::string(Stopwatch&)>;

/// How much work and how often: quick runs are to look, full ones to quote.
struct Effort {
    std::size_t events;
    std::size_t pairs;
    bool quick;
};

/// `goal` names the row of the design's goals, `required` and `aimed` are its columns, as ratios of speed to the limit;
/// 0 where there is none.
struct Pair {
    std::string name;
    std::string goal;
    double required = 0;
    double aimed = 0;
    std::size_t events = 0; // of one run of a side
    std::size_t pairs = 0;
    Side product;
    Side limit;
};

/// What a case that is no pair of times tells in their place: of `product` the less the better, up to `limit`.
struct Told {
    std::string goal;
    double ratio; // limit over product
    double required;
    double aimed;
    double product;
    double limit;
};
void tell(benchmark::State& state, const Told& told);

/// Registers the pair with Google Benchmark. Its counters: `ratio` (speed of the product over that of the limit, the
/// median over each two pairs in a row), `ns` and `limit_ns` an event, `allocations` an event, `heap` in bytes an
/// event.
void add(const Pair& pair);

} // namespace evenfold::bench
