#include "evenfold/core/projector/orchestration/compaction.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "evenfold/tests/support/stories.hpp"

// Tests the events that compaction leaves. Law L8 (tests/laws/fold/compaction_test.cpp) shows that it preserves the
// model.

namespace evenfold::orchestration::tests {
namespace {

constexpr unsigned deltas = 400;

/// Returns the story after `count` deltas of `text`, from `seq` on.
Story with_deltas(Story story, std::uint64_t seq, unsigned count, const std::string& text) {
    for (const std::uint64_t end = seq + count; seq < end; ++seq) story = story.and_then(ingest(seq, says(text)));
    return story;
}

template <class Kind>
std::vector<Kind> all(const Events& events) {
    std::vector<Kind> found;
    for (const Event& event : events) {
        if (const auto* one = std::get_if<Kind>(&event)) found.push_back(*one);
    }
    return found;
}

/// Compacts `story` and returns the events after its first `count`, which must not change.
Events left_after(std::size_t count, const Story& story) {
    Events left = compact(story.events);
    REQUIRE(left.size() >= count);
    CHECK(std::equal(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(count), story.events.begin()));
    left.erase(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(count));
    return left;
}

TextAppended appended(std::uint64_t seq, std::uint64_t block, std::string text) {
    return {.turn = first_turn, .seq = seq, .block = block, .text = std::move(text), .parent = {}};
}

ThreadCreated without_names(const Thread& thread) {
    return {.thread = thread.id,
            .project = thread.project,
            .title = {},
            .model = {},
            .policy = {},
            .mode = {},
            .workspace = Root{}};
}

CheckpointCreated created(const Checkpoint& checkpoint) {
    return {.checkpoint = checkpoint.id,
            .thread = checkpoint.thread,
            .ordinal = checkpoint.ordinal,
            .kind = checkpoint.kind,
            .after_turn = checkpoint.after_turn,
            .label = {}};
}

} // namespace

TEST_CASE("compact: the deltas of a long reply are joined to one event.") {
    const Story begun = a_thread_with_a_running_turn();
    const Story story = with_deltas(begun, 1, deltas, "a word ");
    std::string whole;
    for (unsigned count = 0; count < deltas; ++count) whole += "a word ";
    CHECK(left_after(begun.events.size(), story) == Events{appended(deltas, 0, whole)});
}

TEST_CASE("compact: events that touch no block do not prevent joining.") {
    const Story begun = a_thread_with_a_running_turn().and_then(ingest(1, calls("c1")));
    const Story story = begun.and_then(ingest(2, says("one ")))
                            .and_then(ingest(3, returns("c1")))
                            .and_then(ingest(4, says("two ")))
                            .and_then(ingest(5, provider::Notice{.level = NoticeLevel::info, .text = "by the way"}))
                            .and_then(ingest(6, provider::UsageReport{tokens(1)}))
                            .and_then(ingest(7, says("three ")))
                            .and_then(ingest(8, says("")))
                            .and_then(ingest(9, provider::UsageReport{tokens(2)}))
                            .and_then(create_thread(other_thread))
                            .and_then(DeleteThread{.thread = other_thread, .force = false})
                            .and_then(ingest(10, says("four")));
    const Events left = left_after(begun.events.size(), story);
    CHECK(all<TextAppended>(left) == std::vector{appended(10, 1, "one two three four")});
    CHECK(all<SeqAdvanced>(left).empty());
    REQUIRE(all<UsageRecorded>(left).size() == 1);
    CHECK(all<UsageRecorded>(left)[0].usage == tokens(2));
    CHECK(all<NoticeAdded>(left).size() == 1);
    CHECK(all<ToolCallFinished>(left).size() == 1);
}

TEST_CASE("compact: text of two speakers is not joined, even if it names the same block.") {
    const Story begun = a_thread_with_a_running_turn();
    Story story = begun.and_then(ingest(1, says("a"))).and_then(ingest(2, says("b")));
    std::get<TextAppended>(story.events.back()).parent = "c1";
    CHECK(compact(story.events) == story.events);
}

TEST_CASE("compact: events of concurrent turns do not prevent joining.") {
    Story story = two_threads();
    for (const auto& [turn, thread] : {std::pair(first_turn, the_thread), std::pair(second_turn, other_thread)}) {
        story = story.and_then(start_turn(turn, thread))
                    .and_then(assign_ref(baseline_of(thread)))
                    .and_then(bind_session(1, thread))
                    .and_then(confirm(turn));
    }
    const std::size_t begun = story.events.size();
    for (std::uint64_t seq = 1; seq <= 9; ++seq) {
        story = story.and_then(ingest(seq, says("a"), first_turn)).and_then(ingest(seq, thinks("b"), second_turn));
    }
    CHECK(left_after(begun, story) ==
          Events{appended(9, 0, "aaaaaaaaa"),
                 ThinkingAppended{
                     .turn = second_turn, .seq = 9, .block = 0, .text = "bbbbbbbbb", .signature = {}, .parent = {}}});
}

TEST_CASE("compact: no delta is joined to one that a signature has ended.") {
    const Story begun = a_thread_with_a_running_turn();
    const Story story = begun.and_then(ingest(1, thinks("a")))
                            .and_then(ingest(2, thinks("b", "signed")))
                            .and_then(ingest(3, thinks("c")))
                            .and_then(ingest(4, thinks("", "signed too")));
    const auto thought = [](std::uint64_t seq, std::uint64_t block, std::string text, std::string signature) {
        return ThinkingAppended{.turn = first_turn,
                                .seq = seq,
                                .block = block,
                                .text = std::move(text),
                                .signature = std::move(signature),
                                .parent = {}};
    };
    CHECK(left_after(begun.events.size(), story) ==
          Events{thought(2, 0, "ab", "signed"), thought(4, 1, "c", "signed too")});
}

TEST_CASE("compact: a joined event does not exceed the limit of content.") {
    const Story begun = a_thread_with_a_running_turn();
    const std::string half(content_bytes_max / 2, 'a');
    const Events left = left_after(begun.events.size(), with_deltas(begun, 1, 5, half));
    CHECK(left == Events{appended(2, 0, half + half), appended(4, 0, half + half), appended(5, 0, half)});
}

TEST_CASE("compact: of a deleted thread only the events for retired ids and garbage remain.") {
    const Story full = with_deltas(a_thread_with_a_running_turn(), 1, deltas, "a word ")
                           .and_then(ingest(deltas + 1, calls("c1")))
                           .and_then(ingest(deltas + 2, asks("r1", "c1")))
                           .and_then(RespondApproval{.request = request_of(first_turn), .decision = Allow{}})
                           .and_then(ingest(deltas + 3, returns("c1")))
                           .and_then(ingest(deltas + 4, completes(tokens(9))))
                           .and_then(assign_ref(end_of(first_turn)))
                           .and_then(request_commit(end_of(first_turn)))
                           .and_then(AssignCommitRef{.commit = the_commit, .sha = "5ha", .branch = "main"});
    const Story gone = full.and_then(DeleteThread{.thread = the_thread, .force = true});
    const auto session = all<SessionBound>(gone.events);
    const auto ref = [](const CheckpointId& id) {
        return CheckpointGitRefAssigned{.checkpoint = id, .git_ref = assign_ref(id).git_ref, .files = {}};
    };
    const Events ids{
        a_project().events[0],
        without_names(full.at(the_thread)),
        created(full.at(baseline_of(the_thread))),
        all<TurnStarted>(gone.events)[0],
        appended(0, 0, ""),
        ApprovalRequested{.request = request_of(first_turn),
                          .turn = first_turn,
                          .seq = 0,
                          .provider_request = {},
                          .call_id = {},
                          .kind = {}},
        created(full.at(end_of(first_turn))),
        CommitRequested{.commit = the_commit, .thread = the_thread, .message = {}, .checkpoint = end_of(first_turn)},
        ThreadDeleted{the_thread}};
    Events waiting = ids;
    waiting.insert(waiting.begin() + 7, ref(end_of(first_turn)));
    waiting.insert(waiting.begin() + 4, session[0]);
    waiting.insert(waiting.begin() + 4, ref(baseline_of(the_thread)));
    CHECK(compact(gone.events) == waiting);

    Story released = gone;
    for (const GarbageEntry* entry : gone.index().garbage.sorted())
        released = released.and_then(ReleaseResource{entry->resource});
    CHECK(compact(released.events) == ids);
    CHECK(released.events.size() > 40 * ids.size());
}

TEST_CASE("compact: of a reverted turn only the events for its ids remain, and its thread is kept.") {
    const Story begun = a_thread_with_a_completed_turn();
    const Story story = a_reverting_thread(RevertStage::files_restored).and_then(CompleteRevert{the_revert});
    const Events left = left_after(begun.events.size(), story);
    CHECK(left.size() == 6);
    CHECK(all<TurnStarted>(left).size() == 1);
    TextAppended silent = appended(0, 0, "");
    silent.turn = second_turn;
    CHECK(all<TextAppended>(left) == std::vector{silent});
    CHECK(all<CheckpointCreated>(left).size() == 1);
    CHECK(all<CheckpointGitRefAssigned>(left).size() == 1);
    CHECK(all<RevertRequested>(left).size() == 1);
    CHECK(all<ThreadReverted>(left).size() == 1);
}

TEST_CASE("compact: a log that no decider wrote and unknown events are kept unchanged.") {
    const Story story = with_deltas(a_thread_with_a_running_turn(), 1, 3, "a");
    Events twice = story.events;
    twice.insert(twice.end(), story.events.begin(), story.events.end());
    CHECK(compact(twice) == twice);
    const Events strange{Unknown{.kind = "TurnPraised", .version = 2, .bytes = "{}"}};
    CHECK(compact(strange) == strange);
    CHECK(compact({}).empty());
}

} // namespace evenfold::orchestration::tests
