#include <doctest/doctest.h>

#include <cstdio>
#include <string>

#include "evenfold/bench/bench.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/testing/doctest.hpp"
#include "evenfold/testing/kernel_scenario.hpp"
#include "evenfold/testing/personal/memory_sealer.hpp"
#include "evenfold/testing/rapidcheck.hpp"
#include "evenfold/tests/header_examples/counter.hpp"

// `assert` in an example is a check of these tests.
#undef assert
#define assert(...) CHECK(static_cast<bool>(__VA_ARGS__))

namespace evenfold {
namespace {

/// For the failures that examples report, which do not occur here.
void report_error(const std::string& words) {
    FAIL(words);
}

void write_and_read(const bench::Report& report) {
#include "evenfold/header_examples/bench/figures.hpp"
}

} // namespace

TEST_CASE("Header examples: scenarios and laws.") {
    using namespace testing;
#include "evenfold/header_examples/testing/doctest.hpp"
#include "evenfold/header_examples/testing/kernel_scenario.hpp"
    CHECK(journal.head() == Sequence{2});
}

TEST_CASE("Header examples: personal values are sealed, and erased.") {
    {
#include "evenfold/header_examples/testing/personal/memory_sealer.hpp"
        CHECK(sealed->subject != "7");
    }
    {
#include "evenfold/header_examples/codec/personal/sealer.hpp"
    }
}

TEST_CASE("Header examples: properties in rapidcheck.") {
#include "evenfold/header_examples/testing/rapidcheck.hpp"
    CHECK(holds);
}

TEST_CASE("Header examples: benches.") {
#include "evenfold/header_examples/bench/bench.hpp"
    CHECK(report.log.events == log.events.size());
    write_and_read(report);
}

} // namespace evenfold
