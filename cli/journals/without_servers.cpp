#include "evenfold/cli/journals/server_journals.hpp"

// For builds without libpq.

namespace evenfold::cli {
namespace {

journal::Failure without_servers() {
    return {.kind = journal::FailureKind::unsupported,
            .what = "this evenfold was built without PostgreSQL, so it cannot open a journal by a URL",
            .remedy =
                "Name a file with --db, or build evenfold with libpq (Debian: libpq-dev) and EVENFOLD_POSTGRES=ON."};
}

} // namespace

std::expected<std::unique_ptr<journal::Journal>, journal::Failure> open_server_journal(const JournalOpening&) {
    return std::unexpected(without_servers());
}

std::expected<std::unique_ptr<journal::chain::ChainSource>, journal::Failure> open_server_chain(const std::string&) {
    return std::unexpected(without_servers());
}

std::expected<std::shared_ptr<journal::ProgramLocks>, journal::Failure> open_server_locks(const std::string&) {
    return std::unexpected(without_servers());
}

std::optional<std::string> domain_on_server(const std::string&) {
    return std::nullopt;
}

std::string shown_server_journal(const std::string&) {
    return "the URL of the journal"; // which may contain a password
}

} // namespace evenfold::cli
