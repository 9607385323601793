/// A domain of the program: its kernel by name, and optional functions that print and measure it.
///
///     const ProgramDomain bank{.entry = &bank_entry, .measure = &measure_journal<Bank>}; // see measure.hpp
///
/// Shape: one row per domain in main.cpp. Every function but those of `entry` may be null; the verbs then print JSON.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/cli/exit_code.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::bench {
struct Report;
} // namespace evenfold::bench
namespace evenfold::kernel {
struct DomainEntry;
} // namespace evenfold::kernel

namespace evenfold::cli {

/// A refusal in words for a person. `what` is empty if the domain has no words for it.
struct Explanation {
    std::string what;
    std::string remedy;
};

struct ProgramDomain {
    const kernel::DomainEntry* entry;

    /// Returns the JSON of a refusal in words.
    Explanation (*explain)(std::string_view refusal_json) = nullptr;
    /// Prints a summary of the model after event `at`, or at the head.
    ExitCode (*print_model)(journal::Journal& journal, std::optional<Sequence> at) = nullptr;
    /// Measures the projection over the first `events` of the journal, for the verb bench.
    std::expected<bench::Report, journal::Failure> (*measure)(journal::Journal& journal,
                                                              std::uint64_t events) = nullptr;
    /// Measures the projection over that many generated events.
    bench::Report (*measure_generated)(std::uint64_t events) = nullptr;
};

} // namespace evenfold::cli
