// Many good events, over restarts, changes of the key, heads and commands without events: nothing is reported.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "evenfold/journal/signatures.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/faults/numbered_steps.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/journal/signed/signed_file.hpp"
#include "evenfold/tests/journal/signed/sqlite_rows.hpp"
#include "evenfold/tests/support/process/fault_rounds.hpp"

namespace evenfold::tests::faults {

namespace {

using chain::VerifyScope;
using journal::contract::batch;

constexpr std::uint64_t events_per_round = 10'000;

/// Appends groups of random batches up to `events` events, and opens the journal several times meanwhile.
class GoodHistory {
public:
    explicit GoodHistory(const std::filesystem::path& file) : file_(file), random_(20'261'201) {}

    void grow_to(std::uint64_t events) {
        while (head_ < events) {
            const auto journal = chain::opened(file_, chain::signed_with(keys_));
            const std::uint64_t groups = 1 + random_() % 60;
            for (std::uint64_t group = 0; group < groups && head_ < events; ++group) append_group(*journal);
            sign_head_when_due(*journal);
            if (random_() % 2 == 0) REQUIRE(journal->signatures()->change_key(chain::key_of(++keys_), {}));
        }
    }

    [[nodiscard]] std::uint64_t keys() const { return keys_; }
    [[nodiscard]] Sequence head() const { return head_; }

private:
    /// Signs a head at a third more events than the last one, because each takes O(events).
    void sign_head_when_due(journal::Journal& journal) {
        if (head_ < next_head_) return;
        REQUIRE(sign_current_head(journal));
        next_head_ = head_ + head_ / 3;
    }

    void append_group(journal::Journal& journal) {
        std::vector<journal::Batch> group;
        for (std::uint64_t count = 1 + random_() % 60; count > 0; --count) {
            std::vector<std::string> streams(random_() % 5);
            for (std::string& stream : streams) stream = "stream-" + std::to_string(random_() % 300);
            head_ += streams.size();
            group.push_back(batch(++commands_, streams));
        }
        chain::append(journal, group);
    }

    std::filesystem::path file_;
    std::mt19937_64 random_;
    std::uint64_t keys_ = 1;
    std::uint64_t commands_ = 0;
    Sequence head_ = 0;
    Sequence next_head_ = 1; // the size at which the next head is signed
};

} // namespace

TEST_CASE("False alarms: none over many good events, and one changed bit among them is found (SL1).") {
    const journal::ScratchFolder folder;
    const auto file = folder / "journal.db";
    GoodHistory history(file);
    history.grow_to(events_per_round * static_cast<std::uint64_t>(fault_rounds(2)));
    const chain::ChainTrust trust = chain::trust_of(history.keys());
    for (const VerifyScope scope : {VerifyScope::all, VerifyScope::from_head}) {
        const chain::ChainReport report = chain::report_of_file(file, trust, scope);
        REQUIRE_MESSAGE(report.ok(), to_json(report));
        CHECK(report.head == history.head());
        CHECK(report.signed_events == report.events);
    }
    MESSAGE(history.head(), " events under ", history.keys(), " keys");
    const std::string changed = std::to_string(history.head() / 2); // negative control
    REQUIRE(chain::run_sql(
        file, "DROP TRIGGER events_refuse_UPDATE; UPDATE events SET actor = 'user' WHERE sequence = " + changed));
    const chain::ChainReport report = chain::report_of_file(file, trust);
    REQUIRE(report.broken);
    CHECK(std::to_string(report.broken->broken_at) == changed);
}

} // namespace evenfold::tests::faults
