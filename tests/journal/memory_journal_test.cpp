#include "evenfold/journal/memory/memory_journal.hpp"

#include <doctest/doctest.h>

#include "evenfold/tests/contracts/journal_contract.hpp"

namespace evenfold::journal {

namespace {

class MemoryFixture final : public contract::JournalFixture {
public:
    Journal& journal() override { return journal_; }

private:
    MemoryJournal journal_;
};

} // namespace

TEST_CASE("MemoryJournal: satisfies the journal contract.") {
    for (const contract::Rule& rule : contract::rules()) {
        CAPTURE(rule.sentence);
        CHECK(rule.violations([] { return std::make_unique<MemoryFixture>(); }) == contract::Violations{});
    }
}

TEST_CASE("MemoryJournal: reports that its events are not durable.") {
    CHECK(MemoryJournal().durability() == Durability::none);
}

} // namespace evenfold::journal
