// What a journal does with the mix: codec, append, scan, replay. `quick` as the first argument: little data, few runs.
#include <benchmark/benchmark.h>

#include <string_view>

#include "evenfold/bench/suite/stored.hpp"

int main(int count, char** words) {
    const bool quick = count > 1 && std::string_view(words[1]) == "quick";
    if (quick) {
        words[1] = words[0];
        --count;
        ++words;
    }
    benchmark::Initialize(&count, words);
    const evenfold::bench::Effort effort =
        quick ? evenfold::bench::Effort{20'000, 3, true} : evenfold::bench::Effort{500'000, 9, false};
    evenfold::bench::add_codec(effort);
    evenfold::bench::add_replay(effort);
    evenfold::bench::add_journal(effort);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
