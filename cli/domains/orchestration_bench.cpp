#include <algorithm>

#include "evenfold/bench/orchestration/mix.hpp"
#include "evenfold/cli/domains/measure.hpp"
#include "evenfold/cli/domains/orchestration.hpp"
#include "evenfold/cli/domains/orchestration_kernel.hpp"

namespace evenfold::cli {

std::expected<bench::Report, journal::Failure> measure_orchestration(journal::Journal& journal, std::uint64_t events) {
    return measure_journal<Domain>(journal, events);
}

bench::Report measure_generated_orchestration(std::uint64_t events) {
    const bench::MixShape shape;
    auto all = bench::events_of(shape, events);
    all.resize(std::min<std::size_t>(all.size(), events));
    return bench::measure(bench::log_of<Domain>(std::move(all), "the mix", shape.seed));
}

} // namespace evenfold::cli
