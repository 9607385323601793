#include "evenfold/tests/journal/postgres/postgres_journals.hpp"

#include <variant>
#include <vector>

#include "evenfold/journal/chain/verify.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"

namespace evenfold::journal {

TableAccess::TableAccess(const std::string& url) {
    const auto parsed = storage::postgres::ServerUrl::parse(url, "journal");
    REQUIRE(parsed);
    auto opened = storage::postgres::ServerConnection::open(*parsed, {});
    REQUIRE_MESSAGE(opened, opened.error().what);
    connection_ = std::move(*opened);
    REQUIRE(!run("SET search_path = " + parsed->own_value().value_or("evenfold")));
}

std::optional<FailureKind> TableAccess::run(const std::string& sql) {
    const auto done = connection_->execute("change the tables", sql);
    return done ? std::optional<FailureKind>() : done.error().kind;
}

std::string TableAccess::text(const std::string& sql) {
    const auto rows =
        connection_->query({.operation = "read", .sql = texts_.emplace_back("SELECT (" + sql + ")::text")});
    REQUIRE_MESSAGE(rows, rows.error().what);
    return rows->rows() == 0 ? std::string() : std::string(rows->bytes(0, 0));
}

std::unique_ptr<Journal> open_journal(const std::string& url, Access access, const PostgresOptions& options) {
    auto journal = open_postgres_journal(url, access, options);
    REQUIRE_MESSAGE(journal, journal.error().what);
    return std::move(*journal);
}

std::optional<Failure> refusal_of(const std::string& url, Access access, const PostgresOptions& options) {
    const auto journal = open_postgres_journal(url, access, options);
    return journal ? std::optional<Failure>() : journal.error();
}

namespace {

chain::JournalKey signing_key() {
    return chain::JournalKey::from_secret("a secret of the tests with PostgreSQL").value();
}

} // namespace

PostgresOptions signed_options() {
    return {.signing = SigningOptions{signing_key()}};
}

bool is_proven(const std::string& url) {
    const auto source = open_postgres_chain(url);
    REQUIRE_MESSAGE(source, source.error().what);
    chain::ChainTrust trust;
    trust.secrets.push_back(signing_key());
    const auto report = chain::verify(**source, trust);
    return report && report->ok();
}

std::optional<FailureKind> kind_of_append(Journal& journal, std::uint64_t number, std::optional<Sequence> head) {
    const auto receipts = journal.append(std::vector{contract::batch(number, {"a"})}, head);
    if (receipts) return std::nullopt;
    const auto* failure = std::get_if<Failure>(&receipts.error());
    REQUIRE(failure);
    CAPTURE(failure->what);
    return failure->kind;
}

} // namespace evenfold::journal
