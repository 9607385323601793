#include "evenfold/tests/laws/naive/expected.hpp"

namespace evenfold::orchestration::tests::naive {
namespace {

template <class Key>
Set<Key> unordered(const std::vector<Key>& keys) {
    Set<Key> set;
    for (const Key& key : keys) set.insert(key);
    return set;
}

template <class Key>
OrderedSet<Key> ordered(const std::vector<Key>& keys) {
    OrderedSet<Key> set;
    for (const Key& key : keys) set.insert(key);
    return set;
}

Workspace workspace_of(const Thread& thread) {
    const auto* tree = std::get_if<NewWorktree>(&thread.made.workspace);
    if (!tree) return Root{};
    return Worktree{.base_ref = tree->base_ref, .name = tree->name, .location = thread.worktree};
}

std::optional<Session> session_of(const Thread& thread) {
    if (!thread.session) return std::nullopt;
    return Session{.epoch = thread.session->epoch, .session_ref = thread.session->session_ref};
}

Table<ToolCall> calls_of(const Turn& turn) {
    Table<ToolCall> calls;
    for (const auto& [made, end, denied] : turn.calls) {
        calls.insert(ToolCall{.id = made.call_id,
                              .name = made.name,
                              .parent = made.parent,
                              .status = end ? end->status : ToolCallStatus::running,
                              .block = made.block,
                              .run_by_provider = made.run_by_provider,
                              .denied = denied});
    }
    return calls;
}

std::string joined(const std::vector<std::string>& deltas) {
    std::string text;
    for (const std::string& delta : deltas) text += delta;
    return text;
}

Block block_of(const Said& said) {
    if (said.call) {
        return ToolUse{.call_id = said.call->call_id,
                       .name = said.call->name,
                       .input = said.call->input,
                       .parent = said.call->parent};
    }
    if (said.thinking) {
        return Thinking{
            .text = joined(said.deltas), .signature = said.signature, .sealed = said.sealed, .parent = said.parent};
    }
    return Text{.text = joined(said.deltas), .sealed = said.sealed, .parent = said.parent};
}

Table<AssistantMessage> messages_of(const Turn& turn) {
    Table<AssistantMessage> messages;
    for (const AssistantMessageStarted& made : turn.messages) {
        messages.insert({.id = made.message_id,
                         .agent = made.agent,
                         .session = made.session,
                         .model = made.model,
                         .sent_at = made.sent_at,
                         .parent = made.parent,
                         .block = made.block,
                         .discarded = turn.discarded.contains(made.message_id)});
    }
    return messages;
}

} // namespace

orchestration::Project expected(const ProjectId& id, const Project& project, const OfProject& of) {
    return {.id = id,
            .title = project.made.title,
            .root = project.made.root,
            .root_key = project.made.root_key,
            .default_model = project.made.default_model,
            .threads = ordered(of.threads),
            .active = unordered(of.active)};
}

orchestration::Thread expected(const ThreadId& id, const Thread& thread, const OfThread& of) {
    return {.id = id,
            .project = thread.made.project,
            .title = thread.made.title,
            .settings = {.model = thread.made.model, .policy = thread.made.policy, .mode = thread.made.mode},
            .workspace = workspace_of(thread),
            .archived = thread.archived,
            .version = thread.version,
            .turns = ordered(of.turns),
            .turns_started = thread.turns_started,
            .active = of.active,
            .queue = ordered(of.queue),
            .hold = thread.hold,
            .session = session_of(thread),
            .last_epoch = thread.last_epoch,
            .checkpoints = ordered(of.checkpoints),
            .pending_checkpoints = ordered(of.pending_checkpoints),
            .next_checkpoint_ordinal = thread.last_checkpoint_ordinal + 1,
            .revert = of.revert,
            .commits = ordered(of.commits)};
}

orchestration::Turn expected(const TurnId& id, const Turn& turn, const OfTurn& of) {
    return {.id = id,
            .thread = turn.input.thread,
            .ordinal = turn.started ? std::optional(turn.started->ordinal) : std::nullopt,
            .state = of.state,
            .message = turn.input.message,
            .reply = turn.reply.empty() ? std::nullopt : std::optional(reply_of(id)),
            .frozen = turn.started ? std::optional(turn.started->frozen) : std::nullopt,
            .dispatched = turn.dispatched,
            .provider_ref = turn.provider_ref ? Slot<CompactString>(Assigned<CompactString>{*turn.provider_ref})
                                              : Slot<CompactString>(Pending{}),
            .last_seq = turn.last_seq,
            .blocks = turn.reply.size(),
            .open_block = of.open_block,
            .usage = turn.usage,
            .stop_reason = turn.stop_reason,
            .reason = turn.reason,
            .tool_calls = calls_of(turn),
            .running_calls = ordered(of.running_calls),
            .requests = ordered(of.requests),
            .open_requests = ordered(of.open_requests),
            .pending_requests = of.pending_requests,
            .messages = messages_of(turn)};
}

orchestration::Request expected(const RequestId& id, const Request& request) {
    return {.id = id,
            .turn = request.made.turn,
            .provider_id = request.made.provider_request,
            .tool_call = request.made.call_id,
            .kind = request.made.kind,
            .state = state_of(request),
            .decision = request.decision,
            .expiry = request.expiry};
}

orchestration::Checkpoint expected(const CheckpointId& id, const Checkpoint& checkpoint) {
    return {.id = id,
            .thread = checkpoint.made.thread,
            .ordinal = checkpoint.made.ordinal,
            .kind = checkpoint.made.kind,
            .after_turn = checkpoint.made.after_turn,
            .label = checkpoint.made.label,
            .ref = checkpoint.ref};
}

orchestration::Revert expected(const RevertId& id, const Revert& revert) {
    return {.id = id,
            .thread = revert.made.thread,
            .target = revert.made.target,
            .stage = revert.stage,
            .removed_turns = revert.made.removed_turns,
            .removed_checkpoints = revert.made.removed_checkpoints};
}

orchestration::Commit expected(const CommitId& id, const Commit& commit) {
    return {.id = id,
            .thread = commit.made.thread,
            .message = commit.made.message,
            .checkpoint = commit.made.checkpoint,
            .ref = commit.ref};
}

Exchange expected_exchange(const TurnId& id, const Turn& turn) {
    Exchange exchange{
        .id = id,
        .input = Message{.id = turn.input.message, .turn = id, .role = turn.input.role, .blocks = turn.input.blocks},
        .reply = {},
        .outputs = {},
        .notices = {}};
    if (!turn.reply.empty()) {
        exchange.reply = Message{.id = reply_of(id), .turn = id, .role = Role::assistant, .blocks = {}};
        for (const Said& said : turn.reply) exchange.reply->blocks.push_back(block_of(said));
    }
    for (const Call& call : turn.calls) {
        if (!call.end || call.end->status == ToolCallStatus::abandoned) continue;
        exchange.outputs.insert(
            ToolOutput{.id = call.made.call_id, .output = call.end->output, .is_error = call.end->is_error});
    }
    for (const NoticeAdded& notice : turn.notices) {
        exchange.notices.push_back(NoticeEntry{.level = notice.level, .text = notice.text});
    }
    return exchange;
}

} // namespace evenfold::orchestration::tests::naive
