#include <doctest/doctest.h>

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <thread>

#include "evenfold/core/values/digest.hpp"
#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/tests/kernel/bank.hpp"
#include "evenfold/tests/kernel/homes.hpp"

namespace evenfold::kernel {
namespace {

using namespace bank;

/// A second thread at once, and pages that are filled and emptied all the time.
constexpr Ahead eager{.alone = 0, .page = 3, .pages = 2, .processors = 2};

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

/// A log of `count` events; the one at `damaged` cannot be decoded, the one at `unknown` is of no type known here.
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

/// Something that each running thread has for itself.
const void* this_thread() {
    thread_local const char mark = 0;
    return &mark;
}

struct Came {
    std::optional<journal::Failure> failure;
    Replayed<Bank> state;
};

Came alone(journal::Journal& journal, Sequence until) {
    Came came;
    came.failure = advance<Bank>(journal, came.state, until);
    return came;
}

Came by_two(journal::Journal& journal, Sequence until, const Ahead& ahead) {
    Came came;
    came.failure = advance_by<Bank>(
        [&](Sequence from, const journal::VisitPayload& visit) { return read_ahead(journal, from, visit, ahead); },
        came.state, until);
    return came;
}

bool same(const Came& one, const Came& other) {
    return one.failure == other.failure && one.state.head == other.state.head &&
           one.state.unknown_events == other.state.unknown_events &&
           digest(one.state.model) == digest(other.state.model);
}

/// Reads like the one inside, up to a sequence at which its storage breaks.
class BreaksAt final : public journal::MemoryJournal {
public:
    explicit BreaksAt(Sequence sequence) : sequence_(sequence) {}

    std::expected<void, journal::Failure> read(Sequence from, const journal::Visit& visit) override {
        bool broken = false;
        auto read = MemoryJournal::read(from, [&](const journal::Record& record) {
            broken = record.sequence >= sequence_;
            return !broken && visit(record);
        });
        if (broken)
            return std::unexpected(
                journal::Failure{.kind = journal::FailureKind::damaged, .what = "broken", .remedy = {}});
        return read;
    }

private:
    Sequence sequence_;
};

/// Throws where another one fails.
class Throws final : public journal::MemoryJournal {
public:
    std::expected<void, journal::Failure> read(Sequence from, const journal::Visit& visit) override {
        return MemoryJournal::read(from, [&](const journal::Record& record) {
            if (record.sequence == 20) throw std::runtime_error("thrown while reading");
            return visit(record);
        });
    }
};

} // namespace

TEST_CASE("Read ahead: a replay by two threads comes to what one comes to, at every cut and with every damage.") {
    for (const Storage storage : storages) {
        for (const Sequence damaged : std::initializer_list<Sequence>{0, 1, 17, 40}) {
            Home home(storage);
            fill(home.journal(), 40, damaged, 11);
            for (Sequence until = 0; until <= 41; ++until) {
                const Came one = alone(home.journal(), until);
                CHECK(one.state.head == std::min<Sequence>({until, 40, damaged == 0 ? 40 : damaged - 1}));
                CHECK(one.failure.has_value() == (damaged != 0 && until >= damaged));
                for (const Ahead& ahead : {eager, Ahead{.alone = 5, .page = 1, .pages = 1, .processors = 2},
                                           Ahead{.alone = 39, .page = 512, .pages = 4, .processors = 2}})
                    CHECK(same(by_two(home.journal(), until, ahead), one));
            }
        }
    }
}

TEST_CASE("Read ahead: a journal that fails is told when all before has been folded, as with one thread.") {
    for (const Sequence broken : std::initializer_list<Sequence>{1, 2, 3, 4, 20, 40}) {
        BreaksAt journal(broken);
        fill(journal, 40);
        const Came one = alone(journal, 100);
        REQUIRE(one.failure);
        CHECK(one.state.head == broken - 1);
        CHECK(same(by_two(journal, 100, eager), one));
        CHECK(same(by_two(journal, 10, eager), alone(journal, 10)));
    }
}

TEST_CASE("Read ahead: visits in the caller's thread, and the journal is read in another.") {
    class Tells final : public journal::MemoryJournal {
    public:
        std::expected<void, journal::Failure> read(Sequence from, const journal::Visit& visit) override {
            reader = this_thread();
            return MemoryJournal::read(from, visit);
        }
        const void* reader = nullptr;
    };
    Tells journal;
    fill(journal, 40);
    const void* const me = this_thread();
    std::size_t visits = 0;
    const journal::VisitPayload visit = [&](const journal::Payload&) {
        ++visits;
        return this_thread() == me;
    };
    CHECK(read_ahead(journal, 1, visit, eager));
    CHECK(visits == 40);
    CHECK(journal.reader != me);
    CHECK(read_ahead(journal, 1, visit, {.alone = 100, .processors = 2})); // too short to be worth one
    CHECK(journal.reader == me);
    CHECK(read_ahead(journal, 1, visit, {.alone = 0, .processors = 1})); // nowhere to run it
    CHECK(journal.reader == me);
    CHECK(visits == 120);
}

TEST_CASE("Read ahead: what is thrown by the visitor or by the journal comes through, and no thread is left behind.") {
    journal::MemoryJournal whole;
    fill(whole, 40);
    const auto bored = [&](const journal::Payload& payload) {
        if (payload.sequence == 7) throw std::runtime_error("thrown while visiting");
        return true;
    };
    CHECK_THROWS_WITH((void)read_ahead(whole, 1, bored, eager), "thrown while visiting");
    Throws journal;
    fill(journal, 40);
    Sequence last = 0;
    const auto notes = [&](const journal::Payload& payload) {
        last = payload.sequence;
        return true;
    };
    CHECK_THROWS_WITH((void)read_ahead(journal, 1, notes, eager), "thrown while reading");
    CHECK(last <= 19);
}

TEST_CASE("Read ahead: a long journal is replayed by two threads while another one appends to it.") {
    Home home(Storage::file);
    fill(home.journal(), 6000);
    std::jthread writer([&] {
        for (std::uint64_t number = 1; number <= 20; ++number) {
            journal::Batch batch{};
            batch.command.uuid = derive(Uuid{}, "later", fmt::format("{}", number));
            batch.correlation = batch.command;
            batch.events.push_back(stored(Deposited{account_of(1), 1}));
            (void)home.journal().append({&batch, 1}, std::nullopt);
        }
    });
    for (int round = 0; round < 5; ++round) {
        const auto replayed = replay<Bank>(home.journal(), {}, 6000);
        REQUIRE(replayed);
        CHECK(same({{}, *replayed}, alone(home.journal(), 6000)));
    }
}

} // namespace evenfold::kernel
