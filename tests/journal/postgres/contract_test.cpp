#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/contracts/journal_contract.hpp"
#include "evenfold/tests/journal/postgres/postgres_journals.hpp"

namespace evenfold::journal {

namespace {

class PostgresFixture final : public contract::JournalFixture {
public:
    explicit PostgresFixture(tests::PostgresServer& server) : url_(server.url(server.new_journal())) { (void)reopen(); }

    Journal& journal() override { return *journal_; }

    bool reopen() override {
        journal_.reset();
        journal_ = open_journal(url_);
        return true;
    }

private:
    std::string url_;
    std::unique_ptr<Journal> journal_;
};

} // namespace

TEST_CASE("PostgresJournal: satisfies the journal contract.") {
    EVENFOLD_REQUIRE_SERVER(server);
    for (const contract::Rule& rule : contract::rules()) {
        CAPTURE(rule.sentence);
        CHECK(rule.violations([&] { return std::make_unique<PostgresFixture>(*server); }) == contract::Violations{});
    }
}

TEST_CASE("PostgresJournal: reports that its events survive a loss of power.") {
    EVENFOLD_REQUIRE_SERVER(server);
    PostgresFixture fixture(*server);
    CHECK(fixture.journal().durability() == Durability::power);
}

} // namespace evenfold::journal
