#include "evenfold/cli/journals/server_journals.hpp"

#include <utility>

#include "evenfold/journal/postgres/postgres_journal.hpp"

namespace evenfold::cli {

std::expected<std::unique_ptr<journal::Journal>, journal::Failure> open_server_journal(const JournalOpening& opening) {
    return journal::open_postgres_journal(
        opening.file, opening.access,
        {.domain = std::string(opening.domain), .origin = std::string(opening.origin), .signing = opening.signing});
}

std::expected<std::unique_ptr<journal::chain::ChainSource>, journal::Failure>
open_server_chain(const std::string& url) {
    return journal::open_postgres_chain(url);
}

std::expected<std::shared_ptr<journal::ProgramLocks>, journal::Failure> open_server_locks(const std::string& url) {
    return journal::open_postgres_locks(url);
}

std::optional<std::string> domain_on_server(const std::string& url) {
    auto domain = journal::domain_of_postgres_journal(url);
    if (!domain || domain->empty()) return std::nullopt;
    return std::move(*domain);
}

std::string shown_server_journal(const std::string& url) {
    return journal::shown_postgres_url(url);
}

} // namespace evenfold::cli
