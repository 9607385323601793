#include "evenfold/kernel/reacting/loop.hpp"

#include <doctest/doctest.h>

#include <set>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/testing/choices.hpp"
#include "evenfold/testing/simulation.hpp"
#include "evenfold/tests/kernel/reacting/letters.hpp"

namespace evenfold::letters {
namespace {

using kernel::LoopEvent;
using kernel::MonotonicTime;
using testing::Random;
using testing::SimulatedRuntime;
using Loop = kernel::ReactorLoop<Letters>;
using Reactors = kernel::Reactors<Letters>;
using Status = LoopEvent::Status;

constexpr kernel::ReactorPolicy quick{.urgency = kernel::Urgency::user,
                                      .deadline = MonotonicTime(500),
                                      .attempts_max = 4,
                                      .backoff_first = MonotonicTime(100),
                                      .backoff_max = MonotonicTime(1000),
                                      .process_bound = false,
                                      .actor = Actor::reactor};

kernel::GiveUpHandler<Letters, Carry> lose() {
    return {
        [](const Carry& due, const std::string& reason) { return MarkLost{.letter = due.letter, .reason = reason}; }};
}

/// Returns reactors that carry letters with `handle`.
Reactors carriers(kernel::EffectHandler<Letters, Carry> handle, kernel::ReactorPolicy policy = quick) {
    Reactors reactors;
    reactors.add<Carry>({.policy = policy,
                         .lane = [](const Carry& due) { return due.to; },
                         .handle = std::move(handle),
                         .give_up = lose()});
    return reactors;
}

/// Runs steps until no work is left.
void run_until_idle(Loop& loop, SimulatedRuntime& runtime) {
    for (int steps = 0; steps < 10'000; ++steps) {
        const auto next = loop.step();
        if (!next && runtime.running() == 0) return;
        runtime.wait(next);
    }
    FAIL("the loop does not come to rest");
}

/// Course of one letter carried by `handle`.
struct Course {
    Letter letter;
    std::vector<Status> seen;
    std::string reason;
};

Course course_of(kernel::EffectHandler<Letters, Carry> handle, kernel::ReactorPolicy policy = quick) {
    journal::MemoryJournal journal;
    const auto kernel = kernel_over(journal);
    SimulatedRuntime runtime(1);
    const Reactors reactors = carriers(std::move(handle), policy);
    Course course;
    Loop loop(*kernel, reactors, runtime,
              {.running_max = 4, .seed = 1, .filter = {}, .on_event = [&](const LoopEvent& event) {
                   CHECK(event.kind == "Carry");
                   course.seen.push_back(event.status);
                   if (!event.reason.empty()) course.reason = event.reason;
               }});
    submit(*kernel, Write{.letter = letter(1), .to = "ada", .by_phone = false});
    run_until_idle(loop, runtime);
    CHECK(loop.is_idle());
    course.letter = read(*kernel, 1);
    return course;
}

using Seen = std::vector<Status>;

} // namespace

TEST_CASE("ReactorLoop: runs an effect; its command confirms it, and no work is left.") {
    const Course course = course_of([](const Carry& due) { return MarkSent{due.letter}; });
    CHECK(course.letter.state == State::sent);
    CHECK(course.seen == Seen{Status::begun, Status::completed});
}

TEST_CASE(
    "ReactorLoop: a handler may return commands or an expected command, and may read the model and its attempt.") {
    using Commands = std::vector<Letters::Command>;
    CHECK(course_of([](const Carry& due) {
              return Commands{MarkSent{due.letter}, MarkSent{due.letter}};
          }).letter.state == State::sent);
    const Course course =
        course_of([](const Carry& due,
                     const kernel::Attempt<Letters>& attempt) -> std::expected<Letters::Command, kernel::AttemptError> {
            const std::string to =
                attempt.read([&](const Office& office, Sequence) { return office.letters.find(due.letter)->to; });
            if (attempt.number < 3)
                return std::unexpected(kernel::AttemptError{.reason = to + " is out", .is_final = false});
            return MarkSent{due.letter};
        });
    CHECK(course.letter.state == State::sent);
    CHECK(course.reason == "ada is out");
    CHECK(course.seen ==
          Seen{Status::begun, Status::failed, Status::begun, Status::failed, Status::begun, Status::completed});
}

TEST_CASE(
    "ReactorLoop: after the last attempt a command gives the effect up with the reason, which may be an exception.") {
    const Course course = course_of([](const Carry&) -> Letters::Command { throw std::runtime_error("no stamps"); });
    CHECK(course.letter.state == State::lost);
    CHECK(course.letter.reason == "no stamps (tried 4 times)");
    const Course final_one = course_of([](const Carry&) -> kernel::HandlerResult<Letters> {
        return std::unexpected(kernel::AttemptError{.reason = "no such street", .is_final = true});
    });
    CHECK(final_one.letter.reason == "no such street");
    CHECK(final_one.seen == Seen{Status::begun, Status::failed, Status::given_up});
}

TEST_CASE("ReactorLoop: an attempt whose command is refused or changes nothing has failed.") {
    const Course refused = course_of([](const Carry&) { return MarkSent{letter(9)}; });
    CHECK(refused.letter.state == State::lost);
    CHECK(refused.letter.reason.find("NoSuchLetter") != std::string::npos);
    journal::MemoryJournal journal;
    const Course idle =
        course_of([](const Carry&) { return Write{.letter = letter(7), .to = "bob", .by_phone = true}; });
    CHECK(idle.letter.state == State::lost);
}

TEST_CASE("ReactorLoop: an effect that was begun outside fails when it is not confirmed by its deadline.") {
    kernel::ReactorPolicy patient = quick;
    patient.attempts_max = 1;
    const Course course = course_of([](const Carry&) { return std::vector<Letters::Command>{}; }, patient);
    CHECK(course.letter.reason == "it was not confirmed before its deadline");
    CHECK(course.seen == Seen{Status::begun, Status::waiting, Status::given_up});
}

TEST_CASE("ReactorLoop: an attempt past its deadline is requested to stop.") {
    journal::MemoryJournal journal;
    const auto kernel = kernel_over(journal);
    SimulatedRuntime runtime(1, MonotonicTime(1'000'000));
    std::size_t stopped = 0;
    std::size_t late = 0;
    const Reactors reactors =
        carriers([&](const Carry& due, const kernel::Attempt<Letters>& attempt) -> kernel::HandlerResult<Letters> {
            if (!attempt.stop.stop_requested()) return std::vector<Letters::Command>{MarkSent{due.letter}};
            ++stopped;
            return std::unexpected(kernel::AttemptError{.reason = "stopped", .is_final = false});
        });
    Loop loop(*kernel, reactors, runtime,
              {.running_max = 4, .seed = 1, .filter = {}, .on_event = [&](const LoopEvent& event) {
                   if (event.status == Status::late) ++late;
               }});
    for (unsigned number = 1; number <= 20; ++number)
        submit(*kernel, Write{.letter = letter(number), .to = std::to_string(number), .by_phone = false});
    run_until_idle(loop, runtime);
    CHECK(late > 0);
    CHECK(stopped == late);
}

TEST_CASE("ReactorLoop: does not run effects without a reactor or outside its filter.") {
    journal::MemoryJournal journal;
    const auto kernel = kernel_over(journal);
    SimulatedRuntime runtime(1);
    const Reactors reactors = carriers([](const Carry& due) { return MarkSent{due.letter}; });
    const auto mine = [](const Effect& effect, const Office& office) {
        const auto* carry = std::get_if<Carry>(&effect.body);
        return carry && office.letters.find(carry->letter)->to == "ada";
    };
    Loop loop(*kernel, reactors, runtime, {.running_max = 4, .seed = 1, .filter = mine, .on_event = {}});
    submit(*kernel, Write{.letter = letter(1), .to = "ada", .by_phone = false});
    submit(*kernel, Write{.letter = letter(2), .to = "bob", .by_phone = false});
    submit(*kernel, Write{.letter = letter(3), .to = "ada", .by_phone = true});
    run_until_idle(loop, runtime);
    CHECK(read(*kernel, 1).state == State::sent);
    CHECK(read(*kernel, 2).state == State::written);
    CHECK(read(*kernel, 3).state == State::written);
}

TEST_CASE("ReactorLoop: gives up process-bound effects that are outstanding at the first step.") {
    kernel::ReactorPolicy bound = quick;
    bound.process_bound = true;
    journal::MemoryJournal journal;
    const auto kernel = kernel_over(journal);
    SimulatedRuntime runtime(1);
    const Reactors reactors = carriers([](const Carry& due) { return MarkSent{due.letter}; }, bound);
    submit(*kernel, Write{.letter = letter(1), .to = "ada", .by_phone = false});
    Loop loop(*kernel, reactors, runtime);
    run_until_idle(loop, runtime);
    submit(*kernel, Write{.letter = letter(2), .to = "ada", .by_phone = false});
    run_until_idle(loop, runtime);
    CHECK(read(*kernel, 1).reason == "the process that it was bound to has ended");
    CHECK(read(*kernel, 2).state == State::sent);
}

namespace {

/// A town with a post office that crashes: counts deliveries per letter, and checks which handlers run concurrently.
class Town {
public:
    explicit Town(std::uint64_t seed, bool knows_letters) : random_(seed), knows_letters_(knows_letters) {}

    /// Writes letters and runs the loop, with crashes in between, until all letters are settled.
    void live() {
        for (int life = 0; life < 6; ++life) spend(life == 5 ? 10'000 : random_.next() % 60);
        const auto kernel = kernel_over(journal_);
        for (unsigned number = 1; number <= written_; ++number) {
            const State state = read(*kernel, number).state;
            CHECK(state != State::written);
            if (state == State::sent) {
                CHECK(brought_[letter(number)] > 0);
                ++sent_;
            }
        }
    }

    [[nodiscard]] std::size_t sent() const { return sent_; }
    [[nodiscard]] std::size_t lost() const { return written_ - sent_; }
    [[nodiscard]] std::size_t twice() const {
        return static_cast<std::size_t>(
            std::ranges::count_if(brought_, [](const auto& letter) { return letter.second > 1; }));
    }
    [[nodiscard]] std::size_t crashes() const { return crashes_; }

private:
    void spend(std::uint64_t steps) {
        const auto kernel = kernel_over(journal_);
        SimulatedRuntime runtime(random_.next());
        const Reactors reactors = carriers([&](const Carry& due) -> kernel::HandlerResult<Letters> {
            if (random_.next() % 3 == 0)
                return std::unexpected(kernel::AttemptError{.reason = "rain", .is_final = false});
            if (!knows_letters_ || brought_[due.letter] == 0) ++brought_[due.letter];
            if (random_.next() % 5 == 0)
                return std::unexpected(kernel::AttemptError{.reason = "hail", .is_final = false});
            return std::vector<Letters::Command>{MarkSent{due.letter}};
        });
        std::set<std::string> busy;
        Loop loop(*kernel, reactors, runtime,
                  {.running_max = 3, .seed = random_.next(), .filter = {}, .on_event = [&](const LoopEvent& event) {
                       watch(event, busy);
                   }});
        for (std::uint64_t step = 0; step < steps; ++step) {
            if (written_ < 40 && random_.next() % 4 == 0)
                submit(*kernel,
                       Write{.letter = letter(++written_), .to = std::to_string(written_ % 5), .by_phone = false});
            const auto next = loop.step();
            if (!next && runtime.running() == 0) {
                if (written_ >= 40) return;
                continue;
            }
            runtime.wait(next);
        }
        ++crashes_;
        runtime.crash();
    }

    /// Checks that one effect per lane runs at a time, and at most three in all.
    void watch(const LoopEvent& event, std::set<std::string>& busy) {
        const auto id = event.effect;
        std::string lane;
        for (unsigned number = 1; number <= written_; ++number) {
            if (derive<EffectTag>(letter(number), "carry").uuid == id) lane = std::to_string(number % 5);
        }
        if (event.status == Status::begun) {
            CHECK(busy.insert(lane).second);
            CHECK(busy.size() <= 3);
        }
        if (event.status == Status::completed || event.status == Status::failed) CHECK(busy.erase(lane) == 1);
    }

    Random random_;
    bool knows_letters_;
    journal::MemoryJournal journal_;
    std::map<LetterId, int> brought_;
    unsigned written_ = 0;
    std::size_t sent_ = 0;
    std::size_t crashes_ = 0;
};

} // namespace

TEST_CASE(
    "ReactorLoop: despite crashes and failures, every effect is completed, and handlers that check ids act once.") {
    std::size_t sent = 0;
    std::size_t lost = 0;
    std::size_t crashes = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        Town town(seed, true);
        town.live();
        CHECK(town.twice() == 0);
        sent += town.sent();
        lost += town.lost();
        crashes += town.crashes();
    }
    CHECK(sent > 5000);
    CHECK(lost > 100);
    CHECK(crashes > 500);
}

TEST_CASE("ReactorLoop: handlers that do not check ids repeat some work after a crash (negative control).") {
    std::size_t twice = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Town town(seed, false);
        town.live();
        twice += town.twice();
    }
    CHECK(twice > 20);
}

} // namespace evenfold::letters
