// The benches of evenfold itself: every pair of a product and its limit. `--quick` is for a first look, not for
// publication. Other options, such as --benchmark_filter and --benchmark_out, are passed to Google Benchmark.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "evenfold/bench/suite/cases.hpp"

namespace {

constexpr const char* compiler =
#ifdef __clang__
    "clang " __clang_version__;
#else
    "g++ " __VERSION__;
#endif

} // namespace

int main(int count, char** arguments) {
    std::vector<char*> forwarded;
    bool quick = false;
    for (int index = 0; index < count; ++index) {
        if (std::string_view(arguments[index]) == "--quick")
            quick = true;
        else
            forwarded.push_back(arguments[index]);
    }
    int left = static_cast<int>(forwarded.size());
    benchmark::AddCustomContext("effort", quick ? "quick" : "full");
    benchmark::AddCustomContext("mix", "8 agents, one event in four changes the agent, seed 42");
    benchmark::AddCustomContext("compiler", compiler);
    benchmark::AddCustomContext("flags", EVENFOLD_FLAGS);
    benchmark::Initialize(&left, forwarded.data());
    if (benchmark::ReportUnrecognizedArguments(left, forwarded.data())) return 2;
    evenfold::bench::add_all(quick ? evenfold::bench::BenchEffort{.events = 100'000, .pairs = 5, .quick = true}
                                   : evenfold::bench::BenchEffort{.events = 1'000'000, .pairs = 15, .quick = false});
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
