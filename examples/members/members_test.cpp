#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <evenfold/core/reflection/shape_of.hpp>
#include <evenfold/journal/memory/memory_journal.hpp>
#include <evenfold/kernel/kernel.hpp>
#include <evenfold/testing/doctest.hpp>
#include <evenfold/testing/personal/memory_sealer.hpp>

#include "members.hpp"

namespace members {
namespace {

using namespace evenfold::testing;
using evenfold::Erased;

const MemberId ada{id("7e57ab1e-0000-4000-8000-000000000001")};
const MemberId grace{id("7e57ab1e-0000-4000-8000-000000000002")};

/// Submits `command` with the id `number`. Returns whether it was accepted.
bool submit(evenfold::kernel::Kernel<Members>& kernel, std::uint8_t number, Members::Command command) {
    evenfold::kernel::Kernel<Members>::Command envelope;
    envelope.command = evenfold::CommandId{{{1, number}}};
    envelope.body = std::move(command);
    return kernel.submit(envelope).has_value();
}

/// A member whose name is erased has no telephone number either.
Verdict erased_as_a_whole(const History<Members>& history) {
    for (const Person* one : history.model.members.sorted()) {
        if (one->standing == Standing::erased && (!one->name.is_erased() || one->telephone))
            return breaks("an erased member keeps personal values");
    }
    return holds();
}

std::vector<Law<Members>> laws() {
    return {{"erased-as-a-whole", "an erased member keeps no personal value", erased_as_a_whole}};
}

} // namespace

TEST_CASE("Members: an erasure is requested once, and marked once.") {
    const Enrolled enrolled{.member = ada, .name = "Ada", .telephone = {}};
    CHECK_SCENARIO(given<Members>({enrolled}).when(RequestErasure{ada}).then(ErasureRequested{ada}));
    CHECK_SCENARIO(given<Members>({enrolled, ErasureRequested{ada}}).when(RequestErasure{ada}).then_nothing());
    CHECK_SCENARIO(given<Members>({enrolled}).when(MarkErased{ada}).then_error(NoSuchMember{ada}));
    CHECK_SCENARIO(given<Members>({enrolled, ErasureRequested{ada}}).when(MarkErased{ada}).then(MemberErased{ada}));
}

TEST_CASE("Members: after an erasure, the model has the other member's values only.") {
    evenfold::journal::MemoryJournal journal;
    MemorySealer sealer;
    const auto kernel =
        evenfold::kernel::Kernel<Members>::open(journal, [] { return evenfold::Instant{}; }, {.sealer = &sealer});
    REQUIRE(kernel);
    CHECK(submit(**kernel, 1, Enroll{.member = ada, .name = "Ada", .telephone = "020 7946 0000"}));
    CHECK(submit(**kernel, 2, Enroll{.member = grace, .name = "Grace", .telephone = {}}));
    CHECK(*(*kernel)->snapshot()->model.members.find(ada)->name.value() == "Ada");
    sealer.erase(to_text(ada));
    REQUIRE((*kernel)->catch_up());
    const auto snapshot = (*kernel)->snapshot();
    CHECK(snapshot->model.members.find(ada)->name == Erased{});
    CHECK(snapshot->model.members.find(grace)->name == Name("Grace"));
    CHECK_FALSE(submit(**kernel, 3, Recommend{.member = ada, .praise = "x", .sponsor = grace, .signature = "y"}));
}

TEST_CASE("Members: the laws of every domain hold, and one of this domain.") {
    Search<Members> search;
    search.laws = laws_of<Members>(laws());
    CHECK_LAWS(Members, search);
}

} // namespace members
