// Payloads are removed from a signed journal in memory.
#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/tests/journal/removal/removal_cases.hpp"
#include "evenfold/tests/journal/removal/signed_removal.hpp"

namespace evenfold::tests::removal {

using namespace journal;

namespace {

class MemoryFixture final : public RemovalFixture {
public:
    Journal& journal() override { return journal_; }
    Journal& other() override { return journal_; }
    Journal& reader() override { return journal_; }

private:
    MemoryJournal journal_{{.domain = "plans"}};
};

} // namespace

TEST_CASE("Removal, memory: all cases hold.") {
    check_removal_cases([] { return std::make_unique<MemoryFixture>(); });
}

TEST_CASE("Removal, memory: rows that were opened before it are not read on, because their payloads are gone.") {
    MemoryJournal journal({.domain = "plans"});
    grow_and_sign(journal, 0, 10);
    const auto source = journal.signatures()->open_chain().value();
    REQUIRE(source->start());
    remove_now(journal, {{2, 3}});
    const auto report = verify(*journal.signatures()->open_chain().value(), trust_in(journal));
    REQUIRE(report);
    CHECK(report->ok());
    journal::chain::EventRow row;
    CHECK(source->next_event(row).value());
    CHECK(source->next_event(row).error().kind == FailureKind::busy);
}

TEST_CASE("Removal, memory: readers in other threads see each payload whole or removed.") {
    MemoryJournal journal({.domain = "plans"});
    constexpr Sequence events = 400;
    grow_and_sign(journal, 0, events);
    std::atomic<bool> is_done = false;
    std::thread reader([&] {
        while (!is_done) {
            const std::vector<Record> records = read_all(journal).value();
            for (const Record& record : records) {
                const bool is_whole = record.data.starts_with(payload_of(record.sequence).substr(0, 20));
                if (record.removed ? !record.data.empty() : !is_whole) is_done = true;
            }
        }
    });
    for (Sequence first = 1; first < events && !is_done; first += 20) remove_now(journal, {{first, first + 9}});
    CHECK(!is_done.exchange(true));
    reader.join();
    CHECK(journal.position()->erasures == events / 20);
}

} // namespace evenfold::tests::removal
