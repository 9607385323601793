#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <evenfold/codec/event.hpp>
#include <evenfold/core/reflection/shape_of.hpp>
#include <evenfold/journal/memory/memory_journal.hpp>
#include <evenfold/kernel/fresh_id.hpp>
#include <evenfold/kernel/kernel.hpp>
#include <evenfold/testing/doctest.hpp>
#include <evenfold/testing/kernel_scenario.hpp>

#include "loans.hpp"

namespace loans {
namespace {

using namespace evenfold::testing;
using evenfold::Actor;
using evenfold::Unknown;

const BookId emma{id("7e57ab1e-0000-4000-8000-000000000001")};
const LoanId first{id("7e57ab1e-0000-4000-8000-000000000002")};
const LoanId second{id("7e57ab1e-0000-4000-8000-000000000003")};
const MemberId ada{id("7e57ab1e-0000-4000-8000-000000000004")};

const BookAdded added{.book = emma, .title = "Emma", .copies = 1};
const CopyLent lent{.loan = first, .book = emma, .member = ada, .lent = {1000}, .due = {5000}};

std::expected<Loans::Event, evenfold::codec::DecodeError> read(const evenfold::codec::StoredView& stored) {
    Loans::Event event;
    const auto unknown_fields =
        evenfold::codec::from_stored(evenfold::shape_of<Loans::Event>(), &event, stored, Loans::upcasters());
    if (!unknown_fields) return std::unexpected(unknown_fields.error());
    return event;
}

} // namespace

TEST_CASE("Loans: a copy is lent until its due date, and marked when that has passed.") {
    CHECK_SCENARIO(given<Loans>({added})
                       .when(Lend{.loan = first, .book = emma, .member = ada, .lent = {1000}, .due = {5000}})
                       .then(lent));
    CHECK_SCENARIO(given<Loans>({added, lent})
                       .when(Lend{.loan = second, .book = emma, .member = ada, .lent = {2000}, .due = {9000}})
                       .then_error(NoCopyLeft{{5000}}));
    CHECK_SCENARIO(given<Loans>({added, lent}).when(Actor::system, MarkOverdue{{5000}}).then_nothing());
    CHECK_SCENARIO(given<Loans>({added, lent}).when(Actor::system, MarkOverdue{{5001}}).then(LoanOverdue{first}));
    CHECK_SCENARIO(
        given<Loans>({added, lent}).when(Actor::user, MarkOverdue{{5001}}).then_error(NotPermitted{Actor::user}));
    CHECK_SCENARIO(given<Loans>({added, lent, CopyReturned{first}})
                       .when(Lend{.loan = first, .book = emma, .member = ada, .lent = {1}, .due = {2}})
                       .then_error(IdInUse{}));
}

TEST_CASE("Loans: an event of version 1 is given a due date four weeks after the loan.") {
    const auto stored = read({.type = "BookLent",
                              .version = 1,
                              .data = R"({"loan":"7e57ab1e-0000-4000-8000-000000000002",)"
                                      R"("book":"7e57ab1e-0000-4000-8000-000000000001",)"
                                      R"("member":"7e57ab1e-0000-4000-8000-000000000004",)"
                                      R"("lent":"2026-11-02T09:00:00.000Z"})"});
    REQUIRE(stored);
    CHECK(std::get<CopyLent>(*stored).due == evenfold::parse_instant("2026-11-30T09:00:00.000Z"));
}

TEST_CASE("Loans: an event of a later build is kept, and does not change the model.") {
    const auto stored = read({.type = "LoanExtended", .version = 1, .data = R"({"weeks":2})"});
    REQUIRE(stored);
    CHECK(std::get<Unknown>(*stored).kind == "LoanExtended");
    CHECK(Loans::project(Library{}, *stored) == Library{});
}

TEST_CASE("Loans: every event of a book is in the stream of that book.") {
    evenfold::journal::MemoryJournal journal;
    const auto library = evenfold::kernel::Kernel<Loans>::open(journal, &evenfold::kernel::now);
    REQUIRE(library);
    const auto submit = [&](Loans::Command command) {
        return (*library)->submit({.command = evenfold::kernel::fresh<evenfold::CommandId>(),
                                   .actor = Actor::system,
                                   .at = evenfold::kernel::now(),
                                   .cause = {},
                                   .correlation = {},
                                   .body = std::move(command)});
    };
    REQUIRE(submit(AddBook{.book = emma, .title = "Emma", .copies = 1}));
    REQUIRE(submit(Lend{.loan = first, .book = emma, .member = ada, .lent = {1000}, .due = {5000}}));
    REQUIRE(submit(MarkOverdue{{5001}}));
    REQUIRE(submit(Return{first}));
    const auto records = evenfold::journal::read_all(journal, {.stream = "book-" + to_text(emma)});
    REQUIRE(records);
    CHECK(records->size() == 4);
}

TEST_CASE("Loans: the laws of every domain hold, and those of entities and their ids.") {
    Search<Loans> search;
    search.laws =
        laws_of<Loans>({references_live<Loans>({"Loan.member", "Library.returned"}), ids_never_return<Loans>()});
    CHECK_LAWS(Loans, search);
}

} // namespace loans
