#include <doctest/doctest.h>

#include <string>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/kernel/fresh_id.hpp"
#include "evenfold/kernel/kernel.hpp"
#include "evenfold/tests/header_examples/counter.hpp"
#include "evenfold/tests/journal/postgres/postgres_journals.hpp"

namespace evenfold {
namespace {

using CounterKernel = kernel::Kernel<Counter>;

/// For the failures that examples report, which do not occur here.
void report(const std::string& words, const std::string& remedy = {}) {
    FAIL(words, " ", remedy);
}

void open_in_database(const std::string& url) {
#include "evenfold/header_examples/journal/postgres/postgres_journal.hpp"
    CHECK(kernel);
    CHECK(journal::domain_of_postgres_journal(url) == "counter");
}

CounterKernel::Command adding(std::uint64_t amount) {
    CounterKernel::Command add;
    add.command = kernel::fresh<CommandId>();
    add.body = Add{amount};
    return add;
}

} // namespace

TEST_CASE("Header examples: a journal in PostgreSQL.") {
    EVENFOLD_REQUIRE_SERVER(server);
    open_in_database(server->url(server->new_journal()));
}

namespace {

void share_between_kernels(const std::string& url, const journal::PostgresOptions& options) {
    const auto journal_of_one = journal::open_journal(url, journal::Access::create, options);
    const auto journal_of_other = journal::open_journal(url, journal::Access::create, options);
    const auto one = CounterKernel::open(*journal_of_one, &kernel::now);
    const auto other = CounterKernel::open(*journal_of_other, &kernel::now);
    REQUIRE(one);
    REQUIRE(other);
    for (int turn = 0; turn < 5; ++turn) {
        CHECK((*one)->submit(adding(10)));
        CHECK((*other)->submit(adding(10)));
    }
    CHECK(!(*one)->submit(adding(1))); // beyond the limit of 100, of which the other kernel has added half
    CHECK((*other)->snapshot()->model.value == 100);

    journal::PostgresOptions alone = options;
    alone.exclusive = true;
    const auto exclusive_journal = journal::open_journal(url, journal::Access::read_write, alone);
    const auto exclusive = CounterKernel::open(*exclusive_journal, &kernel::now);
    REQUIRE(exclusive);
    CounterKernel::Command clear;
    clear.command = kernel::fresh<CommandId>();
    clear.body = Clear{};
    CHECK((*exclusive)->submit(clear));
    const auto fenced = (*one)->submit(adding(1));
    REQUIRE(!fenced);
    const auto* failure = std::get_if<journal::Failure>(&fenced.error());
    REQUIRE(failure);
    CHECK(failure->kind == journal::FailureKind::fenced);
    CHECK((*exclusive)->submit(adding(1))); // negative control
    CHECK(exclusive_journal->head() == 12);
}

} // namespace

TEST_CASE(
    "Kernel: two kernels on two connections decide on one order of events, and an exclusive one fences the other.") {
    EVENFOLD_REQUIRE_SERVER(server);
    share_between_kernels(server->url(server->new_journal()), {});
    const std::string is_signed = server->url(server->new_journal());
    share_between_kernels(is_signed, journal::signed_options());
    CHECK(journal::is_proven(is_signed));
}

} // namespace evenfold
