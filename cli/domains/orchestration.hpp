/// The entry of the domain orchestration in the table of domains.
/// Shape: one row for main.cpp; program_domain.hpp describes its functions.
#pragma once

#include "evenfold/cli/domains/program_domain.hpp"

namespace evenfold::cli {

extern const kernel::DomainEntry orchestration_entry;

[[nodiscard]] Explanation explain_orchestration(std::string_view refusal_json);
ExitCode print_orchestration_model(journal::Journal& journal, std::optional<Sequence> at);
[[nodiscard]] std::expected<bench::Report, journal::Failure>
measure_orchestration(journal::Journal& journal, std::uint64_t events);
[[nodiscard]] bench::Report measure_generated_orchestration(std::uint64_t events);

inline constexpr ProgramDomain orchestration_domain{.entry = &orchestration_entry,
                                                    .explain = &explain_orchestration,
                                                    .print_model = &print_orchestration_model,
                                                    .measure = &measure_orchestration,
                                                    .measure_generated = &measure_generated_orchestration};

} // namespace evenfold::cli
