/// All headers of the kit for benchmarking projections, for a program that measures a domain of its own.
/// Shape: a recorded or generated log; measure or compare; print, to_json or page.
#pragma once

#include "evenfold/bench/compare.hpp"
#include "evenfold/bench/difference.hpp"
#include "evenfold/bench/log.hpp"
#include "evenfold/bench/measure.hpp"
#include "evenfold/bench/page.hpp"
#include "evenfold/bench/replayed.hpp"
#include "evenfold/bench/text.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
