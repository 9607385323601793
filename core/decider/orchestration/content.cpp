#include "evenfold/core/decider/orchestration/content.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "evenfold/core/decider/orchestration/closing.hpp"
#include "evenfold/core/values/orchestration/request_text.hpp"
#include "evenfold/core/values/sha256.hpp"

namespace evenfold::orchestration {
namespace {

/// Names content over a limit, so that anyone who has the content can prove that it is the same.
std::string fingerprint(std::string_view bytes) {
    return fmt::format("{} bytes, sha256 {}", bytes.size(), sha256_hex(bytes));
}

/// Returns content within the limit unchanged, and the fingerprint of content over it.
std::string text_or_fingerprint(std::string_view bytes) {
    return bytes.size() <= content_bytes_max ? std::string(bytes) : fingerprint(bytes);
}

/// Builds one batch.
class ContentDecider {
public:
    ContentDecider(DecidedEvents& events, const Index& index, const Turn& turn, std::uint64_t seq)
        : events_(events), index_(index), turn_(turn), seq_(seq) {}

    /// Records first that the provider has received the turn, because it reports about it.
    void dispatch(std::uint64_t epoch) {
        if (turn_.dispatched) return;
        events_.emplace_back(TurnDispatched{.turn = turn_.id, .epoch = epoch, .provider_turn_ref = {}});
    }

    void on(const provider::TextDelta& delta) {
        if (delta.text.empty()) return advance();
        if (omit_if_oversized("text", delta.text) || omit_if_oversized_label("parent", or_empty(delta.parent))) return;
        // Constructed in place, because nine events in ten are of this type.
        events_.emplace_back(std::in_place_type<TextAppended>, turn_.id, seq_, block(BlockKind::text, delta.parent),
                             delta.text, delta.parent);
    }

    void on(const provider::ThinkingDelta& delta) {
        if (delta.text.empty() && !delta.signature) return advance();
        if (omit_if_oversized("thinking", delta.text) || omit_if_oversized("signature", or_empty(delta.signature)))
            return;
        if (omit_if_oversized_label("parent", or_empty(delta.parent))) return;
        events_.emplace_back(ThinkingAppended{.turn = turn_.id,
                                              .seq = seq_,
                                              .block = block(BlockKind::thinking, delta.parent),
                                              .text = delta.text,
                                              .signature = delta.signature,
                                              .parent = delta.parent});
    }

    void on(const provider::MessageStarted& message) {
        if (omit_if_oversized_label("message id", message.message_id) ||
            omit_if_oversized_label("session", message.session) || omit_if_oversized_label("agent", message.agent))
            return;
        for (const auto* label : {&message.model, &message.sent_at, &message.parent})
            if (omit_if_oversized_label("description of a message", or_empty(*label))) return;
        if (turn_.messages.contains(message.message_id)) return advance(); // a repeat
        events_.emplace_back(std::in_place_type<AssistantMessageStarted>, turn_.id, seq_, turn_.blocks,
                             message.message_id, message.agent, message.session, message.model, message.sent_at,
                             message.parent);
    }

    void on(const provider::MessageDiscarded& discarded) {
        const AssistantMessage* message = turn_.messages.find(discarded.message_id);
        if (message && message->discarded) return advance(); // a repeat
        if (!message || !is_last(*message)) {
            if (omit_if_oversized_label("message id", discarded.message_id)) return;
            return add_protocol_notice(fmt::format("message '{}' was discarded, but {}", discarded.message_id,
                                                   message ? "another one follows it" : "never began"));
        }
        for (const CompactString& id : turn_.running_calls.in_order()) {
            const ToolCall* call = turn_.tool_calls.find(id);
            if (call && call->block >= message->block && call->parent == message->parent) abandon(*call);
        }
        events_.emplace_back(std::in_place_type<AssistantMessageDiscarded>, turn_.id, seq_, message->block,
                             discarded.message_id, message->parent);
    }

    void on(const provider::ToolCall& call) {
        if (omit_if_oversized_label("call id", call.call_id) || omit_if_oversized_label("tool name", call.name)) return;
        if (omit_if_oversized_label("parent", or_empty(call.parent))) return;
        if (turn_.tool_calls.contains(call.call_id)) {
            return add_protocol_notice(
                fmt::format("tool call '{}' was reported twice; the second report is ignored", call.call_id));
        }
        const bool whole = call.input.size() <= content_bytes_max;
        if (!whole)
            add_warning(fmt::format("the input of tool call '{}' exceeds the limit: {}", call.call_id,
                                    fingerprint(call.input)));
        events_.emplace_back(ToolCallStarted{
            .turn = turn_.id,
            .seq = seq_,
            .block = turn_.blocks,
            .call_id = call.call_id,
            .name = call.name,
            .input = whole ? call.input
                           : CompactString(fmt::format(R"({{"over_the_limit":"{}"}})", fingerprint(call.input))),
            .parent = call.parent,
            .run_by_provider = call.run_by_provider});
    }

    void on(const provider::ToolResult& result) {
        const ToolCall* call = turn_.tool_calls.find(result.call_id);
        if (!call || !may_have_result(turn_, *call)) {
            if (omit_if_oversized_label("call id", result.call_id)) return;
            return add_protocol_notice(fmt::format("a result was reported for tool call '{}', which {}: {}",
                                                   result.call_id, call ? "already has one" : "was never made",
                                                   text_or_fingerprint(result.output)));
        }
        const bool whole = result.output.size() <= content_bytes_max;
        if (!whole) {
            add_warning(fmt::format("the output of tool call '{}' is cut at the limit; all of it: {}", result.call_id,
                                    fingerprint(result.output)));
        }
        events_.emplace_back(ToolCallFinished{
            .turn = turn_.id,
            .seq = seq_,
            .call_id = result.call_id,
            .status = status_of(*call, result),
            .output = whole ? result.output : CompactString(utf8_prefix(result.output, content_bytes_max)),
            .is_error = result.is_error});
        for (const RequestId& id : turn_.open_requests.in_order()) {
            const Request* request = index_.find(id);
            if (request && request->tool_call == result.call_id) expire(id);
        }
    }

    void on(const provider::AwaitingApproval& awaiting) {
        if (omit_if_oversized_label("request id", awaiting.request_id)) return;
        if (omit_if_oversized_label("call id", or_empty(awaiting.call_id))) return;
        const auto id = derive<RequestTag>(turn_.id, "request", awaiting.request_id);
        if (index_.find(id)) {
            return add_protocol_notice(
                fmt::format("request '{}' was reported twice; the second report is ignored", awaiting.request_id));
        }
        RequestKind kind = within_limits(awaiting.kind);
        if (kind != awaiting.kind) {
            add_warning(fmt::format("request '{}' is cut at the limit; all of it, one line per text: {}",
                                    awaiting.request_id, fingerprint(text_of(awaiting.kind))));
        }
        events_.emplace_back(ApprovalRequested{.request = id,
                                               .turn = turn_.id,
                                               .seq = seq_,
                                               .provider_request = awaiting.request_id,
                                               .call_id = awaiting.call_id,
                                               .kind = std::move(kind)});
    }

    void on(const provider::ApprovalResolved& resolved) {
        const auto id = derive<RequestTag>(turn_.id, "request", resolved.request_id);
        const Request* request = index_.find(id);
        if (request && request->state == RequestState::answered) {
            const bool ours = !resolved.decision || resolved.decision == request->decision;
            ours ? deliver(id) : expire(id);
        } else if (request && request->state == RequestState::pending) {
            record_decision_at_provider(*request, resolved.decision);
        } else if (request) {
            advance(); // resolved before; a repeat
        } else if (!omit_if_oversized_label("request id", resolved.request_id)) {
            add_protocol_notice(fmt::format("request '{}' was resolved, but was never made", resolved.request_id));
        }
    }

    void on(const provider::UsageReport& report) {
        events_.emplace_back(UsageRecorded{.turn = turn_.id, .seq = seq_, .usage = report.usage});
    }

    void on(const provider::Notice& notice) {
        if (!omit_if_oversized("notice", notice.text)) add_notice(notice.level, notice.text);
    }

    void on(const provider::TurnComplete& done) {
        if (done.outcome == provider::TurnOutcome::paused) {
            if (!done.usage) return advance();
            return on(provider::UsageReport{.usage = *done.usage});
        }
        std::optional<std::string> reason = done.stop_reason;
        if (reason) cut(*reason, "stop reason", label_bytes_max);
        if (done.outcome == provider::TurnOutcome::completed) {
            return end(
                TurnCompleted{.turn = turn_.id, .seq = seq_, .stop_reason = std::move(reason), .usage = done.usage});
        }
        if (done.usage) events_.emplace_back(UsageRecorded{.turn = turn_.id, .seq = seq_, .usage = *done.usage});
        end(TurnInterrupted{.turn = turn_.id, .seq = seq_, .reason = std::move(reason).value_or("interrupted")});
    }

    void on(const provider::ProviderError& error) {
        std::string reason =
            error.code.empty() ? std::string(error.message) : fmt::format("{}: {}", error.code, error.message);
        cut(reason, "error", content_bytes_max);
        if (error.fatal) return end(TurnFailed{.turn = turn_.id, .seq = seq_, .reason = std::move(reason)});
        add_notice(NoticeLevel::error, std::move(reason));
    }

private:
    [[nodiscard]] std::uint64_t block(BlockKind kind, const OptionalIndirect<CompactString>& parent) const {
        const auto& open = turn_.open_block;
        return open && open->kind == kind && open->parent == parent ? open->index : turn_.blocks;
    }

    /// Returns whether no message of the same parent began after this one.
    [[nodiscard]] bool is_last(const AssistantMessage& message) const {
        return std::ranges::all_of(turn_.messages.sorted(), [&](const AssistantMessage* other) {
            return other->parent != message.parent || other->block <= message.block;
        });
    }

    void abandon(const ToolCall& call) {
        events_.emplace_back(make_call_abandoned(turn_, seq_, call.id));
        for (const RequestId& id : turn_.open_requests.in_order()) {
            const Request* request = index_.find(id);
            if (request && request->tool_call == call.id) expire(id);
        }
    }

    static ToolCallStatus status_of(const ToolCall& call, const provider::ToolResult& result) {
        if (!result.is_error) return ToolCallStatus::succeeded;
        return call.denied ? ToolCallStatus::denied : ToolCallStatus::failed;
    }

    void end(const TurnEnd& turn_end) { end_turn(events_, index_, turn_, turn_end, ExpiryCause::turn_ended, true); }

    /// Keeps a decision that the user made at the provider itself, if the provider reports one that fits the request.
    void record_decision_at_provider(const Request& request, const std::optional<ApprovalDecision>& decision) {
        if (!decision || !fits(request.kind, *decision)) return expire(request.id);
        if (const std::string text = user_text_of(*decision); text.size() > content_bytes_max) {
            add_warning(fmt::format("the decision on request '{}' exceeds the limit and is omitted: {}",
                                    request.provider_id, fingerprint(text)));
            return expire(request.id);
        }
        events_.emplace_back(ApprovalAnswered{.request = request.id, .decision = *decision});
        deliver(request.id);
    }

    void deliver(const RequestId& id) { events_.emplace_back(ApprovalDelivered{.request = id, .seq = seq_}); }

    void expire(const RequestId& id) {
        events_.emplace_back(ApprovalExpired{.request = id, .cause = ExpiryCause::resolved_elsewhere, .seq = seq_});
    }

    void advance() { events_.emplace_back(SeqAdvanced{.turn = turn_.id, .seq = seq_}); }
    void add_notice(NoticeLevel level, std::string text) {
        events_.emplace_back(NoticeAdded{.turn = turn_.id, .seq = seq_, .level = level, .text = std::move(text)});
    }
    void add_protocol_notice(std::string text) { add_notice(NoticeLevel::protocol, std::move(text)); }
    void add_warning(std::string text) { add_notice(NoticeLevel::warning, std::move(text)); }

    /// Adds a notice instead of content over the limit. Returns whether it did.
    bool omit_if_oversized(std::string_view what, std::string_view bytes, std::size_t limit = content_bytes_max) {
        if (bytes.size() > limit) omit(what, bytes, limit);
        return bytes.size() > limit;
    }
    [[gnu::noinline]] void omit(std::string_view what, std::string_view bytes, std::size_t limit) {
        add_protocol_notice(
            fmt::format("{} exceeds the limit of {} bytes and is omitted: {}", what, limit, fingerprint(bytes)));
    }
    /// Cuts text over the limit, and adds a warning with the fingerprint of the whole text.
    void cut(std::string& text, std::string_view what, std::size_t limit) {
        if (text.size() <= limit) return;
        add_warning(fmt::format("the {} is cut at the limit; all of it: {}", what, fingerprint(text)));
        text.resize(utf8_prefix(text, limit).size());
    }
    bool omit_if_oversized_label(std::string_view what, std::string_view bytes) {
        return omit_if_oversized(what, bytes, label_bytes_max);
    }
    static std::string_view or_empty(const OptionalIndirect<CompactString>& bytes) {
        return bytes ? bytes->view() : std::string_view();
    }

    DecidedEvents& events_;
    const Index& index_;
    const Turn& turn_;
    std::uint64_t seq_;
};

} // namespace

Decision decide_content(const Index& index, const Turn& turn, std::uint64_t epoch, std::uint64_t seq,
                        const ProviderEvent& provider_event) {
    Decision decision; // the only return value, so that nothing is moved
    ContentDecider decider(*decision, index, turn, seq);
    decider.dispatch(epoch);
    if (const auto* text = std::get_if<provider::TextDelta>(&provider_event))
        decider.on(*text); // without the call of a visit, because nine in ten are of this type
    else
        std::visit([&](const auto& event) { decider.on(event); }, provider_event);
    return decision;
}

} // namespace evenfold::orchestration
