#include "evenfold/tests/laws/fold/compaction_laws.hpp"

#include <algorithm>
#include <utility>

#include "evenfold/core/projector/orchestration/compaction.hpp"
#include "evenfold/testing/doctest.hpp"
#include "evenfold/tests/laws/fold/logs.hpp"
#include "evenfold/tests/laws/histories.hpp"
#include "evenfold/tests/support/stories.hpp"

namespace evenfold::orchestration::tests {
namespace {

using testing::Search;

Search<Core> search_for(CoreLaws laws) {
    return {.laws = std::move(laws), .histories = of_all_kinds(), .rare_kinds = rare_in_work};
}

// Wrong compactions, each with one fault.

/// Compacts, and loses the events for which `lost` is true in the model after the log.
Compaction losing(std::function<bool(const Event&, const Index&)> lost) {
    return [lost = std::move(lost)](std::span<const Event> log) {
        const Model end = fold(Model{}, log);
        Events left = compact(log);
        std::erase_if(left, [&](const Event& event) { return lost(event, end->index); });
        return left;
    };
}

template <class Kind>
Compaction losing_all() {
    return losing([](const Event& event, const Index&) { return std::holds_alternative<Kind>(event); });
}

/// Loses events of `Kind` whose thread is gone.
template <class Kind>
Compaction losing_with_thread() {
    return losing([](const Event& event, const Index& end) {
        const auto* happened = std::get_if<Kind>(&event);
        return happened && !end.find(happened->thread);
    });
}

/// Loses events of `Kind` whose turn is gone.
template <class Kind>
Compaction losing_with_turn() {
    return losing([](const Event& event, const Index& end) {
        const auto* happened = std::get_if<Kind>(&event);
        return happened && !end.find(happened->turn);
    });
}

/// Joins appends of `Kind` of one turn if `may` allows it, regardless of the events between them; then compacts.
template <class Kind>
Compaction joining(std::function<bool(Kind&, const Kind&)> may) {
    return [may = std::move(may)](std::span<const Event> log) {
        Events joined;
        for (const Event& event : log) {
            const auto* next = std::get_if<Kind>(&event);
            const auto open = std::ranges::find_if(joined.rbegin(), joined.rend(), [&](const Event& earlier) {
                const auto* same = std::get_if<Kind>(&earlier);
                return next && same && same->turn == next->turn;
            });
            if (open == joined.rend() || !may(std::get<Kind>(*open), *next)) joined.push_back(event);
        }
        return compact(joined);
    };
}

bool append(TextAppended& open, const TextAppended& next, std::uint64_t seq) {
    open.text += next.text;
    open.seq = seq;
    return true;
}

Events first_half(std::span<const Event> log) {
    Events left = compact(log.first(log.size() / 2));
    left.insert(left.end(), log.begin() + static_cast<std::ptrdiff_t>(log.size() / 2), log.end());
    return left;
}

struct Wrong {
    std::string_view what;
    Compaction compaction;
};
std::vector<Wrong> wrong_ones() {
    return {
        {"joins over a tool call", joining<TextAppended>([](TextAppended& open, const TextAppended& next) {
             return open.parent == next.parent && append(open, next, next.seq);
         })},
        {"joins a block with the one before", joining<TextAppended>([](TextAppended& open, const TextAppended& next) {
             return open.block + 1 >= next.block && append(open, next, next.seq);
         })},
        {"keeps the seq of the first", joining<TextAppended>([](TextAppended& open, const TextAppended& next) {
             return open.block == next.block && append(open, next, open.seq);
         })},
        {"drops the appended text", joining<TextAppended>([](TextAppended& open, const TextAppended& next) {
             if (open.block != next.block) return false;
             open.seq = next.seq;
             return true;
         })},
        {"joins over a signature", joining<ThinkingAppended>([](ThinkingAppended& open, const ThinkingAppended& next) {
             open.text += next.text;
             open.seq = next.seq;
             return true;
         })},
        {"compacts only half", first_half},
        {"drops a turn's retired id", losing_with_thread<TurnStarted>()},
        {"drops a queued turn's retired id", losing_with_thread<TurnQueued>()},
        {"drops a reply's retired id", losing_with_turn<TextAppended>()},
        {"drops a request's retired id", losing_with_turn<ApprovalRequested>()},
        {"drops a checkpoint's retired id", losing_with_thread<CheckpointCreated>()},
        {"drops a commit's retired id", losing_with_thread<CommitRequested>()},
        {"drops a revert's retired id", losing_with_thread<RevertRequested>()},
        {"drops a thread and its end", losing_with_thread<ThreadCreated>()},
        {"drops a deletion", losing_all<ThreadDeleted>()},
        {"drops the root that garbage had", losing([](const Event& event, const Index& end) {
             const auto* updated = std::get_if<ProjectUpdated>(&event);
             return updated && !end.find(updated->project);
         })},
        {"drops a worktree from the garbage", losing_with_thread<WorktreeAssigned>()},
        {"drops a session from the garbage", losing_with_thread<SessionBound>()},
        {"drops a ref from the garbage", losing([](const Event& event, const Index& end) {
             const auto* assigned = std::get_if<CheckpointGitRefAssigned>(&event);
             return assigned && !end.find(assigned->checkpoint);
         })},
        {"drops the ordinal of a turn that was reverted", losing([](const Event& event, const Index& end) {
             const auto* started = std::get_if<TurnStarted>(&event);
             return started && !end.find(started->turn) && end.find(started->thread);
         })},
        {"drops the last seq", losing_all<SeqAdvanced>()},
        {"drops the last usage", losing_all<UsageRecorded>()},
        {"drops what ends a hold", losing_all<TurnCancelled>()},
    };
}

} // namespace

TEST_CASE("orchestration law L8: a compacted log folds to the same model.") {
    CHECK_LAWS(Core, search_for(compaction_laws()));
}

TEST_CASE("orchestration law L8: it holds over histories that are generated from the shape of commands alone.") {
    CHECK_LAWS(Core, .laws = compaction_laws(), .rare_kinds = rare_by_shape);
}

TEST_CASE("orchestration law L8: it finds each faulty compaction.") {
    for (const Wrong& wrong : wrong_ones()) {
        CAPTURE(wrong.what);
        Search<Core> search = search_for({compaction_law(wrong.compaction)});
        search.effort = {.seed = 1, .cases = 200, .reductions_max = 0, .fixed = true};
        const auto findings = testing::find_broken_laws(search);
        REQUIRE(findings.size() == 1);
        CHECK(findings.front().law == search.laws.front().name);
    }
}

TEST_CASE("orchestration law L8: it holds if a cancelled turn that ended a hold is reverted.") {
    const Story story =
        a_held_thread()
            .and_then(CancelQueuedTurn{second_turn})
            .and_then(revert_to(baseline_of(the_thread)))
            .and_then(AdvanceRevert{.revert = the_revert, .stage = RevertStage::rescue_taken, .rescue = {}})
            .and_then(AdvanceRevert{.revert = the_revert, .stage = RevertStage::conversation_rolled_back, .rescue = {}})
            .and_then(AdvanceRevert{.revert = the_revert, .stage = RevertStage::files_restored, .rescue = {}})
            .and_then(CompleteRevert{the_revert});
    REQUIRE(!story.index().find(second_turn));
    CHECK_SCENARIO(compacts_well(story.events, compact));
}

TEST_CASE("orchestration law L8: it holds over hand-written logs that no decider produces.") {
    const auto after_a_thread = [](Events events) {
        Events log = a_thread().events;
        log.insert(log.end(), events.begin(), events.end());
        log.emplace_back(ThreadDeleted{the_thread});
        return log;
    };
    const TurnStarted started{
        .turn = first_turn, .thread = the_thread, .ordinal = 1, .message = first_message, .frozen = {}};
    const TurnQueued queued{.turn = first_turn, .thread = the_thread, .message = first_message};
    const TextAppended text{.turn = first_turn, .seq = 1, .block = 0, .text = "a", .parent = {}};
    MessageAdded message{
        .message = second_message, .thread = the_thread, .turn = first_turn, .role = Role::user, .blocks = {}};
    CHECK_SCENARIO(compacts_well(after_a_thread({started, text, queued, text}), compact)); // begins again
    CHECK_SCENARIO(compacts_well(after_a_thread({queued, text, queued, text}), compact));
    CHECK_SCENARIO(compacts_well(after_a_thread({message, started}), compact)); // another message than its turn's
    message.turn = second_turn;
    message.message = first_message;
    CHECK_SCENARIO(compacts_well(after_a_thread({message, started}), compact)); // its message is another turn's
}

TEST_CASE("orchestration law L8: it holds over random logs that no decider produces.") {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        const Events log = generated_log(seed);
        testing::Random random(seed);
        CHECK_SCENARIO(compacts_well(shuffled(log, log.size(), random), compact));
        CHECK_SCENARIO(compacts_well(shuffled(log, 3, random), compact));
        CHECK_SCENARIO(compacts_well(again(log, random), compact));
        CHECK_SCENARIO(compacts_well(riffled(log, generated_log(seed + 1), random), compact));
        CHECK_SCENARIO(compacts_well(astray(log, random), compact));
    }
}

} // namespace evenfold::orchestration::tests
