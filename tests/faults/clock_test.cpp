// Clocks that jump: the order, the model and the signatures do not depend on them, and a verification mentions them.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/journal/signed/signed_file.hpp"
#include "evenfold/tests/journal/signed/sqlite_rows.hpp"
#include "evenfold/tests/kernel/bank.hpp"

namespace evenfold::tests::faults {

namespace {

using chain::ChainRemark;
using chain::RemarkKind;
using journal::ScratchFolder;

constexpr std::int64_t now_ms = 1'790'000'000'000;
constexpr std::int64_t hour_ms = 3'600'000;

/// The clock at each command: an hour back, ten years ahead and back, before 1970, frozen, and at its limits.
constexpr std::array<std::int64_t, 12> jumping{now_ms,
                                               now_ms - hour_ms,
                                               now_ms + 87'660 * hour_ms,
                                               now_ms,
                                               -hour_ms,
                                               -hour_ms,
                                               std::numeric_limits<std::int64_t>::max(),
                                               std::numeric_limits<std::int64_t>::min(),
                                               0,
                                               now_ms,
                                               now_ms - 1,
                                               now_ms};

/// The outcome of the same commands with a clock.
struct ClockOutcome {
    bank::Accounts model;
    std::vector<Sequence> sequences;
    std::vector<std::int64_t> times; // by sequence
    chain::ChainReport report;
};

/// Submits one deposit at each of `times`; every third kernel is opened again.
ClockOutcome run_with(std::span<const std::int64_t> times) {
    const ScratchFolder folder(journal::memory_storage());
    const auto file = folder / "journal.db";
    auto options = chain::signed_with(1);
    options.domain.clear();
    ClockOutcome outcome;
    std::size_t command = 0;
    while (command < times.size()) {
        const auto journal = chain::opened(file, options);
        const auto kernel = bank::Kernel::open(*journal, [&] { return Instant{times[command]}; });
        REQUIRE(kernel);
        for (std::size_t count = 0; count < 3 && command < times.size(); ++count, ++command) {
            bank::Bank::Command body = bank::Deposit{bank::account(1), 10};
            if (command == 0) body = bank::Open{bank::account(1)};
            bank::BankCommand envelope = bank::make_command(command + 1, std::move(body));
            envelope.at = {times[times.size() - 1 - command]}; // the clock of the sender jumps, too
            CHECK((*kernel)->submit(envelope));
        }
        outcome.model = (*kernel)->snapshot()->model;
    }
    const auto records = read_all(*chain::opened(file, options));
    REQUIRE(records);
    for (const auto& record : *records) {
        outcome.sequences.push_back(record.sequence);
        outcome.times.push_back(record.stored_at.unix_ms);
    }
    outcome.report = chain::report_of_file(file, chain::trust_of(1));
    return outcome;
}

} // namespace

TEST_CASE("Clocks: a clock that jumps back, far ahead and below zero changes neither the order nor the signatures.") {
    const ClockOutcome jumped = run_with(jumping);
    CHECK(std::ranges::equal(jumped.times, jumping)); // stored as the clock showed them, in the order of the appends
    CHECK(jumped.sequences == std::vector<Sequence>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    CHECK_MESSAGE(jumped.report.ok(), to_json(jumped.report));
    CHECK(chain::remark_of(jumped.report, RemarkKind::time_regression) ==
          ChainRemark{RemarkKind::time_regression, 2, 5});

    std::array<std::int64_t, jumping.size()> steady{};
    for (std::size_t command = 0; command < steady.size(); ++command)
        steady.at(command) = now_ms + static_cast<std::int64_t>(command);
    const ClockOutcome orderly = run_with(steady);
    CHECK(jumped.model == orderly.model);
    CHECK(orderly.report.ok());
    CHECK(!chain::remark_of(orderly.report, RemarkKind::time_regression)); // negative control
}

TEST_CASE("Clocks: an order by time would be another one (negative control).") {
    const ClockOutcome jumped = run_with(jumping);
    CHECK(!std::ranges::is_sorted(jumped.times));
    CHECK(std::ranges::is_sorted(jumped.sequences));
}

} // namespace evenfold::tests::faults
