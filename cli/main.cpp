/// The program `evenfold`: its domains, over journals in SQLite files and on PostgreSQL servers.
#include <array>
#include <cstdlib>
#include <span>
#include <string>

#include "evenfold/bench/allocations.hpp"
#include "evenfold/cli/domains/orchestration.hpp"
#include "evenfold/cli/journals/database_name.hpp"
#include "evenfold/cli/journals/server_journals.hpp"
#include "evenfold/cli/program.hpp"
#include "evenfold/journal/heads/signer_files.hpp"
#include "evenfold/journal/sqlite/sqlite_journal.hpp"
#include "evenfold/system/interrupts.hpp"
#include "evenfold/system/standard_streams.hpp"

namespace {

using namespace evenfold;

/// The domains that this program serves, one row each.
constexpr std::array<cli::ProgramDomain, 1> domains{cli::orchestration_domain};

std::string environment_value(const char* name) {
    const char* value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): no thread runs yet
    return value ? value : "";
}

std::expected<std::unique_ptr<journal::Journal>, journal::Failure> open_journal(const cli::JournalOpening& opening) {
    if (cli::names_server(opening.file)) return cli::open_server_journal(opening);
    return journal::open_sqlite_journal(opening.file, opening.access,
                                        {.domain = std::string(opening.domain),
                                         .origin = std::string(opening.origin),
                                         .mode = opening.mode,
                                         .signing = opening.signing});
}

std::expected<std::unique_ptr<journal::chain::ChainSource>, journal::Failure> open_chain(const std::string& database) {
    return cli::names_server(database) ? cli::open_server_chain(database) : journal::open_sqlite_chain(database);
}

std::expected<void, journal::Failure> copy_without_payloads(const std::string& database, const std::string& into,
                                                            std::span<const journal::chain::SequenceRange> removed) {
    if (!cli::names_server(database)) return journal::copy_without_payloads(database, into, removed);
    return std::unexpected(journal::Failure{.kind = journal::FailureKind::unsupported,
                                            .what = "a journal on a server cannot be copied without payloads",
                                            .remedy = "sign it with `evenfold keys start`, then erase them in it"});
}

std::expected<std::shared_ptr<journal::ProgramLocks>, journal::Failure> open_locks(const std::string& database) {
    if (cli::names_server(database)) return cli::open_server_locks(database);
    return nullptr;
}

std::string shown_database(const std::string& database) {
    return cli::names_server(database) ? cli::shown_server_journal(database) : database;
}

std::optional<std::string> recorded_domain(const std::string& file) {
    if (cli::names_server(file)) return cli::domain_on_server(file);
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
         .default_database = environment_value("EVENFOLD_DB"),
         .default_signing_key = environment_value(journal::heads::signing_key_variable),
         .open_journal = &open_journal,
         .open_chain = &open_chain,
         .copy_without_payloads = &copy_without_payloads,
         .open_locks = &open_locks,
         .shown_database = &shown_database,
         .recorded_domain = &recorded_domain,
         .before_verb = [](std::string_view verb) { evenfold::bench::count_allocations(verb == "bench"); }}));
}
