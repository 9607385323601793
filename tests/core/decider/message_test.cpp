#include <doctest/doctest.h>

#include "evenfold/core/projector/orchestration/compaction.hpp"
#include "evenfold/tests/support/given.hpp"

namespace evenfold::orchestration::tests {
namespace {

AssistantMessageStarted
started(std::uint64_t seq, std::uint64_t block, std::string id, std::optional<std::string> parent = {}) {
    return {.turn = first_turn,
            .seq = seq,
            .block = block,
            .message_id = std::move(id),
            .agent = "claude",
            .session = "session-1",
            .model = {},
            .sent_at = {},
            .parent = std::move(parent)};
}

AssistantMessageDiscarded
discarded(std::uint64_t seq, std::uint64_t block, std::string id, std::optional<std::string> parent = {}) {
    return {.turn = first_turn, .seq = seq, .block = block, .message_id = std::move(id), .parent = std::move(parent)};
}

/// Returns the running turn after these provider events, in order from seq 1.
Story story_of(std::initializer_list<ProviderEvent> all) {
    Story story = a_thread_with_a_running_turn();
    std::uint64_t seq = 0;
    for (const ProviderEvent& event : all) story = story.and_then(ingest(++seq, event));
    return story;
}

/// Returns the texts of the reply, joined by `|`. A call is its id in brackets.
std::string reply_of_turn(const Story& story) {
    std::string text;
    for (const Block& block : story.model->transcript.exchanges.find(first_turn)->reply->blocks) {
        if (!text.empty()) text += '|';
        if (const auto* said = std::get_if<Text>(&block)) text += said->text;
        if (const auto* thought = std::get_if<Thinking>(&block)) text += thought->text;
        if (const auto* use = std::get_if<ToolUse>(&block)) text += "[" + std::string(use->call_id.view()) + "]";
    }
    return text;
}

std::string notice_of(const Decision& decision) {
    const auto* notice = decision ? std::get_if<NoticeAdded>(&decision->front()) : nullptr;
    return notice ? notice->text : "no notice";
}

} // namespace

TEST_CASE("MessageStarted: it names the block that comes next, and text after it is in a block of its own.") {
    given(story_of({says("a")})).when(ingest(2, begins_message("m"))).then(started(2, 1, "m"));
    const Story story = story_of({begins_message("m"), says("a"), begins_message("n"), says("b")});
    CHECK(reply_of_turn(story) == "a|b");
    const AssistantMessage* second = story.model->index.find(first_turn)->messages.find("n");
    REQUIRE(second != nullptr);
    CHECK(second->block == 1);
    CHECK(second->session == "session-1");
}

TEST_CASE("MessageStarted: a repeated id changes nothing.") {
    given(story_of({begins_message("m"), says("a")}))
        .when(ingest(3, begins_message("m")))
        .then(SeqAdvanced{.turn = first_turn, .seq = 3});
}

TEST_CASE("MessageDiscarded: the blocks of the message are empty in the model, and stay in the log.") {
    const Story story = story_of({begins_message("m"), says("kept"), begins_message("n"), thinks("hm"), says("cut o")});
    given(story).when(ingest(6, discards("n"))).then(discarded(6, 1, "n"));
    const Story after = story.and_then(ingest(6, discards("n"))).and_then(ingest(7, says("whole")));
    CHECK(reply_of_turn(after) == "kept|||whole");
    CHECK(after.model->index.find(first_turn)->messages.find("n")->discarded);
    CHECK_FALSE(after.model->index.find(first_turn)->messages.find("m")->discarded);
    const std::vector<Event> log(after.events.begin(), after.events.end());
    const std::vector<Event> shorter = compact(log);
    Model model;
    for (const Event& event : shorter) model = project(std::move(model), event);
    CHECK(model->transcript == after.model->transcript);
}

TEST_CASE("MessageDiscarded: blocks of other speakers are kept.") {
    const Story story = story_of({begins_message("m"), says("main"), begins_message("s", "c9"), says("below", "c9"),
                                  says("more"), discards("m")});
    CHECK(reply_of_turn(story) == "below|"); // the first block is empty
    const Story of_subagent = story_of({begins_message("m"), says("main"), begins_message("s", "c9"),
                                        says("below", "c9"), says("more"), discards("s")});
    CHECK(reply_of_turn(of_subagent) == "main||more");
}

TEST_CASE("MessageDiscarded: a call without a result is abandoned with its request, and one with a result is kept.") {
    const Story story = story_of({begins_message("m"), calls("c1"), calls("c2"), returns("c1"), asks("r1", "c2")});
    given(story)
        .when(ingest(6, discards("m")))
        .then(ToolCallFinished{.turn = first_turn,
                               .seq = 6,
                               .call_id = "c2",
                               .status = ToolCallStatus::abandoned,
                               .output = {},
                               .is_error = true},
              ApprovalExpired{
                  .request = request_of(first_turn, "r1"), .cause = ExpiryCause::resolved_elsewhere, .seq = 6},
              discarded(6, 0, "m"));
    CHECK(reply_of_turn(story.and_then(ingest(6, discards("m")))) == "[c1]|");
}

TEST_CASE("MessageDiscarded: only the last message of a speaker can be taken back, and only once.") {
    const Story story = story_of({begins_message("m"), says("a"), begins_message("n"), says("b")});
    CHECK(notice_of(decide(Command(ingest(5, discards("m"))), story.model)).ends_with("another one follows it"));
    CHECK(notice_of(decide(Command(ingest(5, discards("x"))), story.model)).ends_with("never began"));
    given(story.and_then(ingest(5, discards("n"))))
        .when(ingest(6, discards("n")))
        .then(SeqAdvanced{.turn = first_turn, .seq = 6});
}

TEST_CASE("TurnComplete: a pause records the usage, and the turn goes on.") {
    provider::TurnComplete pause = completes(tokens(3));
    pause.outcome = provider::TurnOutcome::paused;
    given(story_of({says("a")}))
        .when(ingest(2, pause))
        .then(UsageRecorded{.turn = first_turn, .seq = 2, .usage = tokens(3)});
    pause.usage.reset();
    given(story_of({says("a")})).when(ingest(2, pause)).then(SeqAdvanced{.turn = first_turn, .seq = 2});
}

} // namespace evenfold::orchestration::tests
