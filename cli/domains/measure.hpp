/// The hook of a ProgramDomain that lets the verb bench measure journals of the domain.
/// Cost: instantiates the measurements of D, so include it in one source per domain only.
#pragma once

#include <expected>

#include "evenfold/bench/replayed.hpp"

namespace evenfold::cli {

/// Measures the projection of D over the first `events` of `journal`.
template <Domain D>
[[nodiscard]] std::expected<bench::Report, journal::Failure>
measure_journal(journal::Journal& journal, std::uint64_t events) {
    return bench::measure_replay<D>(journal, events);
}

} // namespace evenfold::cli
