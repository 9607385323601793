#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <deque>
#include <mutex>
#include <random>
#include <span>
#include <thread>

#include "evenfold/core/projector/projector.hpp"
#include "evenfold/kernel/versions.hpp"
#include "evenfold/tests/kernel/bank.hpp"

namespace evenfold::bank {
namespace {

using Versions = kernel::Versions<Bank>;
using Snapshot = kernel::Snapshot<Bank>;
using State = kernel::ReplayedModel<Bank>;

/// Events, and the plain fold of each prefix.
struct History {
    std::vector<Bank::Event> events;
    std::vector<State> states = std::vector<State>(1);

    explicit History(std::size_t count) {
        for (std::size_t index = 0; index < count; ++index) {
            const AccountId id = account(static_cast<std::uint8_t>(index * 7 % 40));
            if (index < 40)
                events.emplace_back(Opened{id});
            else if (index % 50 == 0)
                events.emplace_back(Unknown{});
            else
                events.emplace_back(Deposited{id, index});
            State state = states.back();
            state.model = Bank::project(std::move(state.model), events.back());
            if (std::holds_alternative<Unknown>(events.back())) ++state.unknown_events;
            ++state.head;
            states.push_back(std::move(state));
        }
    }
};

bool are_equal(const State& a, const State& b) {
    return a.head == b.head && a.unknown_events == b.unknown_events && a.model == b.model;
}

bool is_faithful(const Snapshot& snapshot, const History& history) {
    return are_equal(*snapshot, history.states[snapshot->head]);
}

/// A model that counts how often it is copied.
struct CountedModel {
    std::uint64_t sum = 0;
    std::shared_ptr<int> copied = std::make_shared<int>(0); // shared by all copies

    CountedModel() = default;
    CountedModel(const CountedModel& other) : sum(other.sum), copied(other.copied) { ++*copied; }
    CountedModel(CountedModel&&) noexcept = default;
    CountedModel& operator=(const CountedModel&) = delete;
    CountedModel& operator=(CountedModel&&) noexcept = default;
    ~CountedModel() = default;
};
struct CountingDomain {
    using Command = std::variant<std::monostate>;
    using Event = std::variant<std::uint64_t>;
    using Error = std::monostate;
    using Model = CountedModel;

    static std::expected<std::vector<Event>, Error> decide(const Command&, const CountedModel&) { return {}; }
    static CountedModel project(CountedModel model, const Event& event) {
        model.sum += std::get<0>(event);
        return model;
    }
};

/// Publishes the state that it still changes.
struct SharedStatePublisher {
    std::shared_ptr<State> only = std::make_shared<State>();

    void project(const Bank::Event& event) {
        only->model = Bank::project(std::move(only->model), event);
        ++only->head;
    }
    void publish() {}
    [[nodiscard]] Snapshot snapshot() const { return only; }
};

/// Returns a copy of the state that it still changes, with the head that was published.
struct EarlyPublisher {
    mutable std::mutex mutex;
    State state;
    Sequence published = 0;

    void project(const Bank::Event& event) {
        const std::scoped_lock lock(mutex);
        state.model = Bank::project(std::move(state.model), event);
        if (std::holds_alternative<Unknown>(event)) ++state.unknown_events;
        ++state.head;
    }
    void publish() {
        const std::scoped_lock lock(mutex);
        published = state.head;
    }
    [[nodiscard]] Snapshot snapshot() const {
        const std::scoped_lock lock(mutex);
        auto copy = std::make_shared<State>(state);
        copy->head = published;
        return copy;
    }
};

/// Takes a snapshot after every 10 events. Returns how many of them changed afterwards.
template <class Publisher>
std::size_t changed_of(Publisher& publisher) {
    const History history(400);
    std::vector<std::pair<Snapshot, State>> held;
    for (std::size_t index = 0; index < history.events.size(); ++index) {
        publisher.project(history.events[index]);
        if (index % 10 != 9) continue;
        publisher.publish();
        const Snapshot now = publisher.snapshot();
        held.emplace_back(now, *now);
    }
    std::size_t changed = 0;
    for (const auto& [snapshot, was] : held) {
        if (!are_equal(*snapshot, was)) ++changed;
    }
    return changed;
}

/// Runs a writer, and readers that hold up to five snapshots each. Counts the snapshots that were not the fold of the
/// events up to their head, had a head that was not published, or had a head before that of an earlier snapshot.
template <class Publisher>
std::size_t wrong_of(Publisher& publisher, const History& history, std::size_t every) {
    std::atomic<std::size_t> wrong = 0;
    std::atomic<std::size_t> taken = 0;
    std::atomic<bool> done = false;
    {
        std::vector<std::jthread> readers;
        for (unsigned reader = 0; reader < 4; ++reader) {
            readers.emplace_back([&, reader] {
                std::minstd_rand random(reader + 1);
                std::deque<Snapshot> held;
                Sequence seen = 0;
                do {
                    const Snapshot now = publisher.snapshot();
                    if (now->head < seen || now->head % every != 0) ++wrong;
                    seen = now->head;
                    held.push_back(now);
                    ++taken;
                    while (!held.empty() && random() % 5 < held.size()) {
                        if (!is_faithful(held.front(), history)) ++wrong;
                        held.pop_front();
                    }
                } while (!done);
            });
        }
        for (std::size_t index = 0; index < history.events.size(); ++index) {
            publisher.project(history.events[index]);
            if (index % every == every - 1) publisher.publish();
            if (index % 100 == 0) { // lets readers run, also on one processor
                for (const std::size_t before = taken; taken < before + 2;) std::this_thread::yield();
            }
        }
        done = true;
    }
    return wrong;
}

} // namespace

TEST_CASE("Versions: a snapshot does not change.") {
    Versions versions;
    CHECK(changed_of(versions) == 0);
    SharedStatePublisher shared_state;
    CHECK(changed_of(shared_state) == 39); // negative control: all but the last
}

TEST_CASE("Versions: every snapshot that many threads hold is the fold of the events up to its head.") {
    const History history(2000);
    for (const Sequence lag_max : {Sequence{65'536}, Sequence{50}}) {
        Versions versions({}, lag_max);
        CHECK(wrong_of(versions, history, 7) == 0);
        CHECK(versions.copies() <= 4 * 5 + 2);
        versions.publish();
        CHECK(is_faithful(versions.snapshot(), history));
    }
}

TEST_CASE("Versions: a state that readers get before it is published would be detected (control).") {
    EarlyPublisher early;
    CHECK(wrong_of(early, History(2000), 7) > 0);
}

TEST_CASE("Versions: unpublished changes are invisible to readers and can be discarded.") {
    const History history(100);
    Versions versions;
    versions.project(std::vector(history.events.begin(), history.events.begin() + 60));
    CHECK(versions.snapshot()->head == 0);
    versions.publish();
    CHECK(versions.snapshot()->head == 60);
    for (std::size_t index = 0; index < 5; ++index) versions.project(Bank::Event(Opened{account(99)}));
    CHECK(is_faithful(versions.snapshot(), history));
    CHECK(versions.copies() == 2);
    versions.discard();
    CHECK(versions.copies() == 1);
    versions.publish();
    CHECK(versions.snapshot()->head == 60);
    for (std::size_t index = 60; index < 100; ++index) {
        versions.project(history.events[index]);
        versions.publish();
        CHECK(is_faithful(versions.snapshot(), history));
    }
}

TEST_CASE("Versions: there are two copies of the model, and one more per snapshot held.") {
    const History history(3000);
    Versions versions({}, 200);
    std::size_t next = 0;
    const auto go_on = [&] {
        for (int count = 0; count < 10; ++count) versions.project(history.events[next++]);
        versions.publish();
    };
    CHECK(versions.copies() == 1);
    for (int count = 0; count < 10; ++count) go_on();
    CHECK(versions.copies() == 2);
    const Snapshot for_ever = versions.snapshot();
    for (int count = 0; count < 50; ++count) go_on();
    CHECK(versions.copies() == 3);
    CHECK(for_ever->head == 100);
    std::vector<Snapshot> held;
    for (int count = 0; count < 8; ++count) {
        held.push_back(versions.snapshot());
        held.push_back(versions.snapshot()); // the same version
        go_on();
    }
    CHECK(versions.copies() <= 9 + 2);
    for (const Snapshot& one : held) CHECK(is_faithful(one, history));
    held.clear();
    CHECK(versions.copies() <= 2 + 1 + 3); // some copies are kept for future readers
    for (int count = 0; count < 40; ++count) go_on();
    CHECK(versions.copies() == 3);
    CHECK(is_faithful(for_ever, history));
    CHECK(is_faithful(versions.snapshot(), history));
}

TEST_CASE("Versions: a released copy is updated and reused.") {
    for (const std::size_t held_max : {std::size_t{1}, std::size_t{5}}) {
        kernel::Versions<CountingDomain> versions;
        std::deque<kernel::Snapshot<CountingDomain>> held;
        for (std::uint64_t number = 1; number <= 2000; ++number) {
            versions.project(CountingDomain::Event(number));
            if (number % 3 == 0) versions.publish();
            held.push_back(versions.snapshot());
            if (held.size() > held_max) held.pop_front();
        }
        versions.publish();
        CHECK(versions.snapshot()->model.sum == 2000 * 2001 / 2);
        CHECK(*versions.snapshot()->model.copied <= static_cast<int>(held_max));
    }
}

TEST_CASE("Versions: a snapshot may outlive its Versions.") {
    const History history(50);
    Snapshot held;
    {
        Versions versions;
        versions.project(history.events);
        versions.publish();
        held = versions.snapshot();
    }
    CHECK(held->head == 50);
    CHECK(is_faithful(held, history));
}

TEST_CASE("Versions: for random writers and readers, every snapshot is the fold of the published events.") {
    const History history(1500);
    for (unsigned seed = 0; seed < 60; ++seed) {
        CAPTURE(seed);
        std::minstd_rand random(seed + 1);
        Versions versions({}, std::array<Sequence, 4>{0, 5, 60, 65'536}[seed % 4]);
        const auto bring = [&](State& state, Sequence until) {
            if (random() % 4 == 0) return false;
            state = history.states[until];
            return true;
        };
        std::deque<Snapshot> held;
        Sequence published = 0;
        Sequence ahead = 0;
        while (ahead + 20 < history.events.size()) {
            const std::size_t count = random() % 6;
            const auto from = history.events.begin() + static_cast<std::ptrdiff_t>(ahead);
            const std::vector<Bank::Event> some(from, from + static_cast<std::ptrdiff_t>(count));
            switch (random() % 9) {
            case 0:
            case 1:
                (void)versions.writer_copy(bring);
                for (const auto& event : some) versions.project(event);
                ahead += count;
                break;
            case 2:
                versions.project(some);
                ahead += count;
                break;
            case 3: // as a caller that plans on the writer's copy
            {
                State& state = versions.writer_copy(bring);
                state.model = folded<Bank>(std::move(state.model), some);
                versions.record_projected(some);
                ahead += count;
                break;
            }
            case 4: // with events that are not kept
                versions.writer_copy(bring) = history.states[ahead += count];
                break;
            case 5:
                if (random() % 2 != 0) break;
                for (std::size_t index = 0; index < count; ++index) versions.project(Bank::Event(Opened{account(99)}));
                versions.discard();
                ahead = published;
                break;
            case 6: held.push_back(versions.snapshot()); break;
            case 7:
                if (held.empty()) break;
                CHECK(is_faithful(held.front(), history));
                held.pop_front();
                break;
            default:
                versions.publish();
                published = ahead;
                CHECK(versions.read([](const Accounts&, Sequence head) { return head; }) == published);
                CHECK(is_faithful(versions.snapshot(), history));
            }
            CHECK(versions.snapshot()->head == published);
        }
        for (const Snapshot& one : held) CHECK(is_faithful(one, history));
    }
}

} // namespace evenfold::bank
