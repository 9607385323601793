/// The program `evenfold`: its domains, over journals in SQLite files.
#include <array>
#include <cstdlib>
#include <span>
#include <string>

#include "evenfold/bench/allocations.hpp"
#include "evenfold/cli/domains/orchestration.hpp"
#include "evenfold/cli/program.hpp"
#include "evenfold/journal/sqlite/sqlite_journal.hpp"
#include "evenfold/system/interrupts.hpp"
#include "evenfold/system/standard_streams.hpp"

namespace {

using namespace evenfold;

/// The domains that this program serves, one row each.
constexpr std::array<cli::ProgramDomain, 1> domains{cli::orchestration_domain};

std::string named_database() {
    const char* named = std::getenv("EVENFOLD_DB"); // NOLINT(concurrency-mt-unsafe): no thread runs yet
    return named ? named : "";
}

std::expected<std::unique_ptr<journal::Journal>, journal::Failure> open_journal(const cli::JournalOpening& opening) {
    constexpr std::array<journal::Access, 3> accesses{journal::Access::read_only, journal::Access::read_write,
                                                      journal::Access::create};
    return journal::open_sqlite_journal(
        opening.file, accesses.at(static_cast<std::size_t>(opening.access)),
        {.domain = std::string(opening.domain), .mode = opening.mode, .signing = opening.signing});
}

std::optional<std::string> recorded_domain(const std::string& file) {
    auto domain = journal::domain_of_sqlite_journal(file);
    if (!domain || domain->empty()) return std::nullopt;
    return std::move(*domain);
}

} // namespace

int main(int argc, char** argv) {
    system::open_closed_streams();
    system::survive_file_size_limit();
    return static_cast<int>(cli::run_program(
        argc, argv,
        {.domains = domains,
         .default_domain = "orchestration",
         .default_database = named_database(),
         .open_journal = &open_journal,
         .open_chain = [](const std::string& file) { return journal::open_sqlite_chain(file); },
         .copy_without_payloads =
             [](const std::string& file, const std::string& into,
                std::span<const journal::chain::SequenceRange> removed) {
                 return journal::copy_without_payloads(file, into, removed);
             },
         .recorded_domain = &recorded_domain,
         .before_verb = [](std::string_view verb) { evenfold::bench::count_allocations(verb == "bench"); }}));
}
