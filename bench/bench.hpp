/// The kit for benchmarking projections: all of its headers, for a program that measures a domain of its own.
/// Make a log from a journal or a generator; measure it, or compare two projections; print the report, or write it as
/// JSON or as a page. Measure in one thread of a quiet machine, with optimisation. Explained in docs/benchmarking.md.
///
///     const bench::EventLog<Counter> log = bench::generate_log<Counter>(1'000, /*seed=*/42);
///     const bench::Report report = bench::measure(log);
///     std::puts(bench::to_text(report).c_str()); // the cost per event, by kind and by position in the log
#pragma once

#include "evenfold/bench/compare.hpp"
#include "evenfold/bench/difference.hpp"
#include "evenfold/bench/log.hpp"
#include "evenfold/bench/measure.hpp"
#include "evenfold/bench/page.hpp"
#include "evenfold/bench/replayed.hpp"
#include "evenfold/bench/text.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
