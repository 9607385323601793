#include <doctest/doctest.h>

#include "evenfold/codec/codec.hpp"
#include "evenfold/core/values/sha256.hpp"
#include "evenfold/tests/support/given.hpp"

namespace evenfold::orchestration::tests {
namespace {

const std::string over_the_limit(content_bytes_max + 1, 'a');

TextAppended text(std::uint64_t seq, std::uint64_t block, std::string said, std::optional<std::string> parent = {}) {
    return {.turn = first_turn, .seq = seq, .block = block, .text = std::move(said), .parent = std::move(parent)};
}
ThinkingAppended thinking(std::uint64_t seq, std::uint64_t block, std::string said,
                          std::optional<std::string> signature = {}, std::optional<std::string> parent = {}) {
    return {.turn = first_turn,
            .seq = seq,
            .block = block,
            .text = std::move(said),
            .signature = std::move(signature),
            .parent = std::move(parent)};
}
ToolCallStarted started_call(std::uint64_t seq, std::uint64_t block, std::string call, std::string input = "{}") {
    return {.turn = first_turn,
            .seq = seq,
            .block = block,
            .call_id = std::move(call),
            .name = "shell",
            .input = std::move(input),
            .parent = {},
            .run_by_provider = false};
}
ToolCallFinished finished_call(std::uint64_t seq, std::string call, ToolCallStatus status, std::string output) {
    return {.turn = first_turn,
            .seq = seq,
            .call_id = std::move(call),
            .status = status,
            .output = std::move(output),
            .is_error = status == ToolCallStatus::failed};
}
NoticeAdded notice(std::uint64_t seq, NoticeLevel level, std::string said) {
    return {.turn = first_turn, .seq = seq, .level = level, .text = std::move(said)};
}
std::string fingerprint(const std::string& bytes) {
    return std::to_string(bytes.size()) + " bytes, sha256 " + sha256_hex(bytes);
}
NoticeAdded left_out(std::uint64_t seq, const std::string& what, const std::string& bytes, std::size_t limit) {
    return notice(seq, NoticeLevel::protocol,
                  what + " exceeds the limit of " + std::to_string(limit) +
                      " bytes and is omitted: " + fingerprint(bytes));
}

/// Returns the running turn after these provider events, in order from seq 1.
Story after_events(std::initializer_list<ProviderEvent> all) {
    Story story = a_thread_with_a_running_turn();
    std::uint64_t seq = 0;
    for (const ProviderEvent& event : all) story = story.and_then(ingest(++seq, event));
    return story;
}

} // namespace

TEST_CASE("Content: text is appended to an open text block, and opens a new one after any other block.") {
    given(after_events({})).when(ingest(1, says("a"))).then(text(1, 0, "a"));
    given(after_events({says("a")})).when(ingest(2, says("b"))).then(text(2, 0, "b"));
    given(after_events({says("a"), thinks("b")})).when(ingest(3, says("c"))).then(text(3, 2, "c"));
    given(after_events({says("a"), calls("c1")})).when(ingest(3, says("c"))).then(text(3, 2, "c"));
    given(after_events({says("a"), asks()})).when(ingest(3, says("c"))).then(text(3, 1, "c"));
    given(after_events({says("a")})).when(ingest(2, says("b", "c9"))).then(text(2, 1, "b", "c9"));
    given(after_events({says("a", "c9")})).when(ingest(2, says("b", "c9"))).then(text(2, 0, "b", "c9"));
}

TEST_CASE("Content: events without a block do not seal the open block.") {
    const provider::Notice aside{.level = NoticeLevel::info, .text = "retrying"};
    given(after_events({says("a"), aside})).when(ingest(3, says("b"))).then(text(3, 0, "b"));
    given(after_events({says("a"), provider::UsageReport{tokens(3)}})).when(ingest(3, says("b"))).then(text(3, 0, "b"));
    given(after_events({says("a"), errs(false)})).when(ingest(3, says("b"))).then(text(3, 0, "b"));
    given(after_events({says("a"), says("")})).when(ingest(3, says("b"))).then(text(3, 0, "b"));
    given(after_events({calls("c1"), says("a"), returns("c1")})).when(ingest(4, says("b"))).then(text(4, 1, "b"));
}

TEST_CASE("Content: thinking is appended to an open thinking block, and opens a new one after any other block.") {
    given(after_events({})).when(ingest(1, thinks("a"))).then(thinking(1, 0, "a"));
    given(after_events({thinks("a")})).when(ingest(2, thinks("b", "sig"))).then(thinking(2, 0, "b", "sig"));
    given(after_events({thinks("a"), says("b")})).when(ingest(3, thinks("c"))).then(thinking(3, 2, "c"));
    given(after_events({thinks("a")})).when(ingest(2, thinks("b", {}, "c9"))).then(thinking(2, 1, "b", {}, "c9"));
}

TEST_CASE("Content: an empty delta advances the seq and appends nothing; a signature alone is content.") {
    given(after_events({})).when(ingest(1, says(""))).then(SeqAdvanced{.turn = first_turn, .seq = 1});
    given(after_events({})).when(ingest(1, thinks(""))).then(SeqAdvanced{.turn = first_turn, .seq = 1});
    given(after_events({thinks("a")})).when(ingest(2, thinks("", "sig"))).then(thinking(2, 0, "", "sig"));
}

TEST_CASE("Content: any bytes are kept unchanged, even if they are not UTF-8.") {
    given(after_events({})).when(ingest(1, says("\xff\xc3"))).then(text(1, 0, "\xff\xc3"));
    given(after_events({})).when(ingest(1, says(std::string("\0", 1)))).then(text(1, 0, std::string("\0", 1)));
}

TEST_CASE("Content: a tool call is a separate block; a repeated one becomes a notice.") {
    given(after_events({})).when(ingest(1, calls("c1", R"({"a":1})"))).then(started_call(1, 0, "c1", R"({"a":1})"));
    given(after_events({says("a")})).when(ingest(2, calls("c1"))).then(started_call(2, 1, "c1"));
    const NoticeAdded twice =
        notice(2, NoticeLevel::protocol, "tool call 'c1' was reported twice; the second report is ignored");
    given(after_events({calls("c1")})).when(ingest(2, calls("c1"))).then(twice);
}

TEST_CASE("Content: a call keeps its id, its name, its parent and whether the provider runs it.") {
    given(after_events({}))
        .when(ingest(1,
                     provider::ToolCall{
                         .call_id = "c2", .name = "search", .input = "{}", .parent = "c1", .run_by_provider = true}))
        .then(ToolCallStarted{.turn = first_turn,
                              .seq = 1,
                              .block = 0,
                              .call_id = "c2",
                              .name = "search",
                              .input = "{}",
                              .parent = "c1",
                              .run_by_provider = true});
}

TEST_CASE("Content: a result finishes its call.") {
    given(after_events({calls("c1")}))
        .when(ingest(2, returns("c1", "done")))
        .then(finished_call(2, "c1", ToolCallStatus::succeeded, "done"));
    given(after_events({calls("c1")}))
        .when(ingest(2, returns("c1", "no", true)))
        .then(finished_call(2, "c1", ToolCallStatus::failed, "no"));
}

TEST_CASE("Content: a result for a finished or unknown call becomes a notice with its text or fingerprint.") {
    const std::string stray = "a result was reported for tool call 'c7', which was never made: ";
    given(after_events({calls("c1"), returns("c1")}))
        .when(ingest(3, returns("c1", "again")))
        .then(
            notice(3, NoticeLevel::protocol, "a result was reported for tool call 'c1', which already has one: again"));
    given(after_events({}))
        .when(ingest(1, returns("c7", "who?")))
        .then(notice(1, NoticeLevel::protocol, stray + "who?"));
    given(after_events({}))
        .when(ingest(1, returns("c7", over_the_limit)))
        .then(notice(1, NoticeLevel::protocol, stray + fingerprint(over_the_limit)));
}

TEST_CASE("Content: a result resolves the open requests of its call, and no others.") {
    const Story asked = after_events({calls("c1"), asks("r1", "c1"), asks("r2", "c1"), asks("r3")});
    const Story answered =
        asked.and_then(RespondApproval{.request = request_of(first_turn, "r2"), .decision = Allow{}});
    for (const Story& story : {asked, answered}) {
        given(story)
            .when(ingest(5, returns("c1")))
            .then(finished_call(5, "c1", ToolCallStatus::succeeded, "done"),
                  ApprovalExpired{
                      .request = request_of(first_turn, "r1"), .cause = ExpiryCause::resolved_elsewhere, .seq = 5},
                  ApprovalExpired{
                      .request = request_of(first_turn, "r2"), .cause = ExpiryCause::resolved_elsewhere, .seq = 5});
    }
}

TEST_CASE("Content: content at the limit is kept; content over the limit is replaced by a notice.") {
    const std::string at_the_limit(content_bytes_max, 'a');
    given(after_events({})).when(ingest(1, says(at_the_limit))).then(text(1, 0, at_the_limit));
    given(after_events({}))
        .when(ingest(1, says(over_the_limit)))
        .then(left_out(1, "text", over_the_limit, content_bytes_max));
    given(after_events({}))
        .when(ingest(1, thinks(over_the_limit)))
        .then(left_out(1, "thinking", over_the_limit, content_bytes_max));
    given(after_events({}))
        .when(ingest(1, thinks("a", over_the_limit)))
        .then(left_out(1, "signature", over_the_limit, content_bytes_max));
    given(after_events({}))
        .when(ingest(1, provider::Notice{.level = NoticeLevel::info, .text = over_the_limit}))
        .then(left_out(1, "notice", over_the_limit, content_bytes_max));
    given(after_events({says("a")})).when(ingest(2, says(over_the_limit))).then_accepted();
    given(after_events({says("a"), says(over_the_limit)})).when(ingest(3, says("b"))).then(text(3, 0, "b"));
}

TEST_CASE("Content: a call with an input over the limit is kept, with the fingerprint of the input.") {
    const std::string at_the_limit(content_bytes_max, '1');
    given(after_events({})).when(ingest(1, calls("c1", at_the_limit))).then(started_call(1, 0, "c1", at_the_limit));
    given(after_events({}))
        .when(ingest(1, calls("c1", over_the_limit)))
        .then(notice(1, NoticeLevel::warning,
                     "the input of tool call 'c1' exceeds the limit: " + fingerprint(over_the_limit)),
              started_call(1, 0, "c1", R"({"over_the_limit":")" + fingerprint(over_the_limit) + R"("})"));
    const std::string long_id(label_bytes_max + 1, 'c');
    given(after_events({})).when(ingest(1, calls(long_id))).then(left_out(1, "call id", long_id, label_bytes_max));
    given(after_events({}))
        .when(ingest(1,
                     provider::ToolCall{
                         .call_id = "c1", .name = long_id, .input = "{}", .parent = {}, .run_by_provider = false}))
        .then(left_out(1, "tool name", long_id, label_bytes_max));
}

TEST_CASE("Content: an output over the limit is cut between characters, with the fingerprint of the whole.") {
    const std::string output = std::string(content_bytes_max - 1, 'a') + "\xc3\xa9";
    given(after_events({calls("c1")}))
        .when(ingest(2, returns("c1", output)))
        .then(notice(2, NoticeLevel::warning,
                     "the output of tool call 'c1' is cut at the limit; all of it: " + fingerprint(output)),
              finished_call(2, "c1", ToolCallStatus::succeeded, std::string(content_bytes_max - 1, 'a')));
    const std::string long_id(label_bytes_max + 1, 'c');
    given(after_events({})).when(ingest(1, returns(long_id))).then(left_out(1, "call id", long_id, label_bytes_max));
}

TEST_CASE("Content: usage and notices are recorded unchanged.") {
    given(after_events({}))
        .when(ingest(1, provider::UsageReport{tokens(7)}))
        .then(UsageRecorded{.turn = first_turn, .seq = 1, .usage = tokens(7)});
    given(after_events({}))
        .when(ingest(1, provider::Notice{.level = NoticeLevel::warning, .text = "slow"}))
        .then(notice(1, NoticeLevel::warning, "slow"));
}

TEST_CASE("Content: no event is much larger than the limit of content, whatever a provider sends.") {
    const std::string huge(3 * content_bytes_max, 'a');
    const std::string large(50'000, 'a');
    const std::vector<QuestionItem> items(100, {.text = large, .options = {large, large}});
    const std::vector<ProviderEvent> told_of{
        provider::AwaitingApproval{
            .request_id = "r", .call_id = {}, .kind = ToolApproval{.name = huge, .summary = huge}},
        provider::AwaitingApproval{.request_id = "r", .call_id = {}, .kind = Question{items}},
        provider::TurnComplete{.outcome = provider::TurnOutcome::completed, .stop_reason = huge, .usage = {}},
        provider::TurnComplete{.outcome = provider::TurnOutcome::interrupted, .stop_reason = huge, .usage = {}},
        provider::ProviderError{.code = huge, .message = huge, .fatal = true}};
    for (const ProviderEvent& event : told_of) {
        const auto happened = decide(ingest(1, event), after_events({}).model);
        REQUIRE(happened);
        for (const Event& one : *happened) CHECK(codec::encode(one).size() < content_bytes_max + 10'000);
        const auto* first = std::get_if<NoticeAdded>(&happened->front());
        CHECK((first && first->level == NoticeLevel::warning)); // and states the whole size
    }
}

TEST_CASE("Content: an error that is not fatal becomes a notice.") {
    given(after_events({})).when(ingest(1, errs(false))).then(notice(1, NoticeLevel::error, "overloaded: try later"));
    given(after_events({}))
        .when(ingest(1, provider::ProviderError{.code = "", .message = "try later", .fatal = false}))
        .then(notice(1, NoticeLevel::error, "try later"));
    given(after_events({}))
        .when(ingest(1, provider::ProviderError{.code = "", .message = over_the_limit, .fatal = false}))
        .then(
            notice(1, NoticeLevel::warning, "the error is cut at the limit; all of it: " + fingerprint(over_the_limit)),
            notice(1, NoticeLevel::error, std::string(content_bytes_max, 'a')));
}

} // namespace evenfold::orchestration::tests
