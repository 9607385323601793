/// Pairs: evenfold and the bare limit doing the same work, run alternately so that noise affects both.
/// Shapes: seconds and events in; nanoseconds per event and the median of the pairwise ratios out.
/// Errors: a pair whose sides produce different digests is reported as failed, whatever its speed.
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

/// Times the part of a side between `start` and `stop`, so that preparation and checks are excluded.
class RunTimer {
public:
    void start();
    void stop();

    /// Multiplies all counts so far by `factor`, to compare runs of different sizes.
    void scale(double factor) {
        seconds_ *= factor;
        allocations_ = static_cast<std::uint64_t>(static_cast<double>(allocations_) * factor);
        heap_bytes_ = static_cast<std::int64_t>(static_cast<double>(heap_bytes_) * factor);
    }

    [[nodiscard]] double seconds() const { return seconds_; }
    /// Return the allocations of the timed part, if they are counted, and the change of the allocated bytes.
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

/// A function that does the work once and returns the digest of the result, or an empty string if there is no state to
/// compare.
using PairSide = std::function<std::string(RunTimer&)>;

/// Amount of work and repetitions: quick runs are for a first look, full ones for publication.
struct BenchEffort {
    std::size_t events;
    std::size_t pairs;
    bool quick;
};

/// `goal` names the row of the design's goals; `required` and `aimed` are its columns, as ratios of speed to the limit,
/// or 0 if there is none.
struct Pair {
    std::string name;
    std::string goal;
    double required = 0;
    double aimed = 0;
    std::size_t events = 0; // of one run of a side
    std::size_t pairs = 0;
    PairSide product;
    PairSide limit;
};

/// The result of a case that is not a pair of times: a smaller `product` is better, and `limit` is the maximum allowed.
struct CaseResult {
    std::string goal;
    double ratio; // limit over product
    double required;
    double aimed;
    double product;
    double limit;
};
void report_result(benchmark::State& state, const CaseResult& result);

/// Registers the pair with Google Benchmark. Its counters: `ratio` (speed of the product over that of the limit, the
/// median over each two consecutive pairs), `ns` and `limit_ns` per event, `allocations` per event, `heap` in bytes per
/// event.
void add(const Pair& pair);

} // namespace evenfold::bench
