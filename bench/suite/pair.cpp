#include "evenfold/bench/suite/pair.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "evenfold/bench/allocations.hpp"

namespace evenfold::bench {
namespace {

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

/// Times and digest of the runs of a side.
struct Runs {
    std::vector<double> seconds;
    std::string digest;

    void run(const PairSide& side) {
        RunTimer watch;
        digest = side(watch);
        seconds.push_back(watch.seconds());
    }
};

/// Computes ratios over each two consecutive pairs, so that each side came first once: coming first may have a cost.
std::vector<double> ratios_of(const std::vector<double>& limit, const std::vector<double>& product) {
    std::vector<double> ratios;
    for (std::size_t run = 1; run < product.size(); ++run)
        ratios.push_back((limit[run - 1] + limit[run]) / (product[run - 1] + product[run]));
    if (ratios.empty()) ratios.push_back(limit.front() / product.front());
    return ratios;
}

/// Disables the counting of allocations in its lifetime, because counting costs time.
class Uncounted {
public:
    Uncounted() { count_allocations(false); }
    Uncounted(const Uncounted&) = delete;
    Uncounted& operator=(const Uncounted&) = delete;
    ~Uncounted() { count_allocations(true); }
};

void run(benchmark::State& state, const Pair& pair) {
    RunTimer heap;
    RunTimer unused;
    (void)pair.product(heap); // one uncounted run each: state that continues from run to run stays in step
    (void)pair.limit(unused);
    const Uncounted timed;
    Runs product;
    Runs limit;
    bool limit_first = false;
    for (auto _ : state) {
        if (limit_first) limit.run(pair.limit);
        product.run(pair.product);
        if (!limit_first) limit.run(pair.limit);
        limit_first = !limit_first;
        state.SetIterationTime(product.seconds.back());
        if (product.digest != limit.digest) {
            const std::string why = fmt::format("the states differ: {} and {}", product.digest, limit.digest);
            return state.SkipWithError(why.c_str());
        }
    }
    const auto ratios = ratios_of(limit.seconds, product.seconds);
    const auto events = static_cast<double>(pair.events);
    state.counters["ratio"] = median(ratios);
    state.counters["ratio_low"] = std::ranges::min(ratios);
    state.counters["ratio_high"] = std::ranges::max(ratios);
    state.counters["required"] = pair.required;
    state.counters["aimed"] = pair.aimed;
    state.counters["events"] = events;
    state.counters["ns"] = median(product.seconds) * 1e9 / events;
    state.counters["limit_ns"] = median(limit.seconds) * 1e9 / events;
    state.counters["allocations"] = static_cast<double>(heap.allocations()) / events;
    state.counters["heap"] = static_cast<double>(heap.heap_bytes()) / events;
    state.SetLabel(pair.goal);
}

} // namespace

void RunTimer::start() {
    const Allocations counted = bench::allocations();
    allocations_at_start_ = counted.count;
    heap_at_start_ = counted.live_bytes;
    started_ = std::chrono::steady_clock::now();
}

void RunTimer::stop() {
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - started_;
    const Allocations counted = bench::allocations();
    seconds_ += taken.count();
    allocations_ += counted.count - allocations_at_start_;
    heap_bytes_ += counted.live_bytes - heap_at_start_;
}

void report_result(benchmark::State& state, const CaseResult& result) {
    state.counters["ratio"] = state.counters["ratio_low"] = state.counters["ratio_high"] = result.ratio;
    state.counters["required"] = result.required;
    state.counters["aimed"] = result.aimed;
    state.counters["ns"] = result.product;
    state.counters["limit_ns"] = result.limit;
    state.counters["allocations"] = 0;
    state.counters["heap"] = 0;
    state.SetLabel(result.goal);
}

void add(const Pair& pair) {
    benchmark::RegisterBenchmark(pair.name.c_str(), [pair](benchmark::State& state) { run(state, pair); })
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond)
        ->Iterations(static_cast<benchmark::IterationCount>(std::max<std::size_t>(1, pair.pairs)));
}

} // namespace evenfold::bench
