#include <doctest/doctest.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <stdexcept>
#include <thread>

#include "evenfold/core/reflection/digest.hpp"
#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/tests/kernel/bank.hpp"
#include "evenfold/tests/kernel/test_journals.hpp"

namespace evenfold::kernel {
namespace {

using namespace bank;

/// Starts the second thread immediately, with small pages that are filled and emptied all the time.
constexpr ReadAheadOptions eager{.single_thread_max = 0, .page = {.events = 3}, .pages = 2, .processors = 2};

constexpr std::array<Storage, 2> storages{Storage::memory, Storage::file};

journal::NewEvent stored(const Bank::Event& event) {
    auto form = codec::to_stored(shape_of<Bank::Event>(), &event);
    return {.stream = "bank", .type = form.type, .type_version = form.version, .data = form.data};
}

AccountId account_of(std::uint64_t number) {
    AccountId account;
    account.uuid = derive(Uuid{}, "account", fmt::format("{}", number));
    return account;
}

/// Fills a log with `count` events. The one at `damaged` cannot be decoded; the one at `unknown` has an unknown type.
void fill(journal::Journal& journal, Sequence count, Sequence damaged = 0, Sequence unknown = 0) {
    std::vector<journal::Batch> group;
    for (Sequence sequence = 1; sequence <= count; ++sequence) {
        journal::Batch batch{};
        batch.command.uuid = derive(Uuid{}, "command", fmt::format("{}", sequence));
        batch.correlation = batch.command;
        batch.events.push_back(sequence <= 3 ? stored(Opened{account_of(sequence)})
                                             : stored(Deposited{account_of(1 + sequence % 3), sequence}));
        if (sequence == damaged) batch.events.back().data = "{";
        if (sequence == unknown) batch.events.back().type = "Dreamt";
        group.push_back(std::move(batch));
    }
    REQUIRE(journal.append(group, 0));
}

/// Returns an address that is unique to each running thread.
const void* this_thread() {
    thread_local const char mark = 0;
    return &mark;
}

struct ReplayResult {
    std::optional<journal::Failure> failure;
    ReplayedModel<Bank> state;
};

ReplayResult replay_with_one_thread(journal::Journal& journal, Sequence until) {
    ReplayResult result;
    result.failure = advance<Bank>(journal, result.state, until);
    return result;
}

ReplayResult replay_with_two_threads(journal::Journal& journal, Sequence until, const ReadAheadOptions& ahead) {
    ReplayResult result;
    result.failure = replay(kernel_domain<Bank>(), journal, members_of(result.state), until, ahead);
    return result;
}

bool same(const ReplayResult& one, const ReplayResult& other) {
    return one.failure == other.failure && one.state.head == other.state.head &&
           one.state.unknown_events == other.state.unknown_events &&
           digest(one.state.model) == digest(other.state.model);
}

using Opened = std::expected<std::unique_ptr<journal::Cursor>, journal::Failure>;

/// Reads from another cursor, calls `before` before each page, and calls `at_end` at the end.
class ChangedCursor final : public journal::Cursor {
public:
    ChangedCursor(std::unique_ptr<journal::Cursor> inner, std::function<void()> before,
                  std::function<std::expected<bool, journal::Failure>()> at_end)
        : Cursor(inner->head()), inner_(std::move(inner)), before_(std::move(before)), at_end_(std::move(at_end)) {}

    std::expected<bool, journal::Failure> next(journal::EventPage& page) override {
        before_();
        auto has_events = inner_->next(page);
        return has_events && !*has_events ? at_end_() : has_events;
    }

private:
    std::unique_ptr<journal::Cursor> inner_;
    std::function<void()> before_;
    std::function<std::expected<bool, journal::Failure>()> at_end_;
};

/// Reads up to a sequence at which reading fails or throws.
class FailsAt final : public journal::MemoryJournal {
public:
    explicit FailsAt(Sequence sequence, bool throws = false) : sequence_(sequence), throws_(throws) {}

    Opened open_cursor(const journal::ReadOptions& reading) override {
        const Sequence from = reading.from.value_or(1);
        if (from >= sequence_ ? reading.at_most == 0 : reading.at_most <= sequence_ - from)
            return MemoryJournal::open_cursor(reading);
        journal::ReadOptions before = reading;
        before.at_most = from >= sequence_ ? 0 : sequence_ - from;
        const auto breaks = [throws = throws_]() -> std::expected<bool, journal::Failure> {
            if (throws) throw std::runtime_error("thrown while reading");
            return std::unexpected(
                journal::Failure{.kind = journal::FailureKind::damaged, .what = "broken", .remedy = {}});
        };
        return std::make_unique<ChangedCursor>(*MemoryJournal::open_cursor(before), [] {}, breaks);
    }

private:
    Sequence sequence_;
    bool throws_;
};

} // namespace

TEST_CASE(
    "ReadAhead: a replay with two threads has the same result as with one, at every length and with every damage.") {
    for (const Storage storage : storages) {
        for (const Sequence damaged : std::initializer_list<Sequence>{0, 1, 17, 40}) {
            TestJournal test_journal(storage);
            fill(test_journal.journal(), 40, damaged, 11);
            for (Sequence until = 0; until <= 41; ++until) {
                const ReplayResult one = replay_with_one_thread(test_journal.journal(), until);
                CHECK(one.state.head == std::min<Sequence>({until, 40, damaged == 0 ? 40 : damaged - 1}));
                CHECK(one.failure.has_value() == (damaged != 0 && until >= damaged));
                for (const ReadAheadOptions& ahead :
                     {eager,
                      ReadAheadOptions{.single_thread_max = 5, .page = {.events = 1}, .pages = 1, .processors = 2},
                      ReadAheadOptions{.single_thread_max = 39, .page = {}, .pages = 4, .processors = 2}})
                    CHECK(same(replay_with_two_threads(test_journal.journal(), until, ahead), one));
            }
        }
    }
}

TEST_CASE("ReadAhead: a failure of the journal is returned after all events before it have been folded.") {
    for (const Sequence broken : std::initializer_list<Sequence>{1, 2, 3, 4, 20, 40}) {
        FailsAt journal(broken);
        fill(journal, 40);
        const ReplayResult one = replay_with_one_thread(journal, 100);
        REQUIRE(one.failure);
        CHECK(one.state.head == broken - 1);
        CHECK(same(replay_with_two_threads(journal, 100, eager), one));
        CHECK(same(replay_with_two_threads(journal, 10, eager), replay_with_one_thread(journal, 10)));
    }
}

TEST_CASE("ReadAhead: a long journal is read in a second thread, a short one in the caller's.") {
    class RecordsReadingThread final : public journal::MemoryJournal {
    public:
        Opened open_cursor(const journal::ReadOptions& reading) override {
            return std::make_unique<ChangedCursor>(
                *MemoryJournal::open_cursor(reading), [&] { reader = this_thread(); }, [] { return false; });
        }
        const void* reader = nullptr;
    };
    RecordsReadingThread journal;
    fill(journal, 40);
    const void* const me = this_thread();
    CHECK(replay_with_two_threads(journal, 40, eager).state.head == 40);
    CHECK(journal.reader != me);
    CHECK(replay_with_two_threads(journal, 40, {.single_thread_max = 40, .processors = 2}).state.head == 40);
    CHECK(journal.reader == me);
    CHECK(replay_with_two_threads(journal, 30, {.single_thread_max = 29, .processors = 2}).state.head == 30);
    CHECK(journal.reader != me);
    CHECK(replay_with_two_threads(journal, 40, {.single_thread_max = 0, .processors = 1}).state.head ==
          40); // no processor for the second thread
    CHECK(journal.reader == me);
}

TEST_CASE("ReadAhead: a page is valid until the next call, and the destructor joins the thread.") {
    journal::MemoryJournal journal;
    fill(journal, 40);
    const auto all = journal::read_all(journal).value();
    for (std::size_t pages_max = 0; pages_max <= 15; ++pages_max) {
        const auto cursor = journal.open_cursor({.payload_only = true});
        ReadAhead ahead(**cursor, eager);
        std::size_t events = 0;
        for (std::size_t pages = 0; pages < pages_max; ++pages) {
            const auto page = ahead.next();
            REQUIRE(page);
            if (!*page) break;
            for (const journal::Payload& payload : (*page)->payloads()) {
                CHECK(payload.sequence == events + 1);
                CHECK(payload.data == all[events].data);
                ++events;
            }
        }
        CHECK(events == std::min<std::size_t>(3 * pages_max, 40));
    } // the thread ends, wherever it is
}

TEST_CASE("ReadAhead: an exception of the journal is rethrown after all events before it have been folded.") {
    FailsAt journal(20, true);
    fill(journal, 40);
    ReplayedModel<Bank> state;
    CHECK_THROWS_WITH((void)replay(kernel_domain<Bank>(), journal, members_of(state), 40, eager),
                      "thrown while reading");
    CHECK(state.head == 19);
}

TEST_CASE("ReadAhead: two threads replay a long journal while a third thread appends to it.") {
    TestJournal test_journal(Storage::file);
    fill(test_journal.journal(), 6000);
    std::jthread writer([&] {
        for (std::uint64_t number = 1; number <= 20; ++number) {
            journal::Batch batch{};
            batch.command.uuid = derive(Uuid{}, "later", fmt::format("{}", number));
            batch.correlation = batch.command;
            batch.events.push_back(stored(Deposited{account_of(1), 1}));
            (void)test_journal.journal().append({&batch, 1}, std::nullopt);
        }
    });
    for (int round = 0; round < 5; ++round) {
        const auto replayed = replay<Bank>(test_journal.journal(), {}, 6000);
        REQUIRE(replayed);
        CHECK(same({{}, *replayed}, replay_with_one_thread(test_journal.journal(), 6000)));
    }
}

} // namespace evenfold::kernel
