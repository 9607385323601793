#include <doctest/doctest.h>

#include "evenfold/bench/bench.hpp"
#include "evenfold/tests/bench/tally.hpp"

using namespace evenfold::bench;
using evenfold::tally::Tally;

TEST_CASE("kit: without bench_allocations, allocations are reported as not counted") {
    const auto log = generate_log<Tally>(500, 7, evenfold::tally::random_command);
    const Report report = measure(log, {.repetitions = 1});
    CHECK_FALSE(report.heap);
    CHECK_FALSE(report.kinds.at(0).allocations);
    CHECK_FALSE(report.sizes.at(0).live_bytes);
    CHECK(report.fold_ns.median > 0);
    CHECK(to_text(report).find("not counted: link evenfold::bench_allocations") != std::string::npos);
    CHECK(report_of(to_json(report)) == report);
    CHECK(page(report).find("not counted") != std::string::npos);
}
