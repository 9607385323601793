#include "evenfold/bench/suite/bare/decide.hpp"

#include <algorithm>
#include <cstdlib>

namespace evenfold::bench {

using namespace orchestration;

namespace {

void need(bool holds) {
    if (!holds) std::abort(); // the mix has only accepted commands
}

CheckpointCreated
checkpoint(const CheckpointId& id, const Uuid& thread, std::uint64_t ordinal, std::optional<TurnId> after) {
    return {.checkpoint = id,
            .thread = ThreadId{thread},
            .ordinal = ordinal,
            .kind = after ? CheckpointKind::turn_end : CheckpointKind::baseline,
            .after_turn = after,
            .label = {}};
}

} // namespace

void BareDecider::ingest(const IngestProviderEvent& ask) {
    const auto& turn = model_.turns_[resolver_.of(ask.turn.uuid)];
    const auto& thread = model_.threads_[turn.thread];
    need(turn.live && !turn.ended && ask.seq == turn.last_seq + 1 && ask.epoch == thread.epoch);
    if (const auto* delta = std::get_if<provider::TextDelta>(&ask.event)) {
        need(!delta->text.empty() && delta->text.size() <= content_bytes_max);
        const std::uint64_t block = turn.open >= 0 ? static_cast<std::uint64_t>(turn.open) : turn.pieces.size();
        events_.emplace_back(TextAppended{
            .turn = ask.turn, .seq = ask.seq, .block = block, .text = delta->text, .parent = delta->parent});
    } else if (const auto* call = std::get_if<provider::ToolCall>(&ask.event)) {
        need(std::ranges::none_of(turn.calls, [&](const auto& one) { return one.id == call->call_id; }));
        need(call->input.size() <= content_bytes_max);
        events_.emplace_back(ToolCallStarted{.turn = ask.turn,
                                             .seq = ask.seq,
                                             .block = turn.pieces.size(),
                                             .call_id = call->call_id,
                                             .name = call->name,
                                             .input = call->input,
                                             .parent = call->parent,
                                             .run_by_provider = call->run_by_provider});
    } else if (const auto* result = std::get_if<provider::ToolResult>(&ask.event)) {
        need(std::ranges::any_of(turn.calls,
                                 [&](const auto& one) { return one.id == result->call_id && !one.answered; }));
        events_.emplace_back(ToolCallFinished{.turn = ask.turn,
                                              .seq = ask.seq,
                                              .call_id = result->call_id,
                                              .status = ToolCallStatus::succeeded,
                                              .output = result->output,
                                              .is_error = result->is_error});
    } else if (const auto* asked = std::get_if<provider::AwaitingApproval>(&ask.event)) {
        events_.emplace_back(ApprovalRequested{.request = derive<RequestTag>(ask.turn, "request", asked->request_id),
                                               .turn = ask.turn,
                                               .seq = ask.seq,
                                               .provider_request = asked->request_id,
                                               .call_id = asked->call_id,
                                               .kind = asked->kind});
    } else {
        const auto& done = std::get<provider::TurnComplete>(ask.event);
        events_.emplace_back(
            TurnCompleted{.turn = ask.turn, .seq = ask.seq, .stop_reason = done.stop_reason, .usage = done.usage});
        events_.emplace_back(
            checkpoint(derive<CheckpointTag>(ask.turn, "end"), thread.id, thread.next_checkpoint, ask.turn));
    }
}

void BareDecider::start(const StartTurn& ask) {
    const auto& thread = model_.threads_[resolver_.of(ask.thread.uuid)];
    need(thread.live && thread.active == BareModel::none && !ask.input.empty());
    if (thread.turns_started == 0) {
        events_.emplace_back(
            checkpoint(derive<CheckpointTag>(ask.thread, "baseline"), thread.id, thread.next_checkpoint, {}));
    }
    events_.emplace_back(MessageAdded{.message = ask.message,
                                      .thread = ask.thread,
                                      .turn = ask.turn,
                                      .role = Role::user,
                                      .blocks = {Text{.text = ask.input, .sealed = true, .parent = {}}}});
    events_.emplace_back(
        TurnStarted{.turn = ask.turn,
                    .thread = ask.thread,
                    .ordinal = thread.turns_started + 1,
                    .message = ask.message,
                    .frozen = {.model = thread.model_name, .policy = Policy::full, .mode = Mode::default_}});
}

std::size_t BareDecider::submit(const Command& command) {
    events_.clear();
    if (const auto* ingested = std::get_if<IngestProviderEvent>(&command)) {
        ingest(*ingested);
    } else if (const auto* started = std::get_if<StartTurn>(&command)) {
        start(*started);
    } else if (const auto* dispatched = std::get_if<ConfirmTurnDispatched>(&command)) {
        const auto& turn = model_.turns_[resolver_.of(dispatched->turn.uuid)];
        need(turn.live && !turn.running);
        events_.emplace_back(TurnDispatched{.turn = dispatched->turn,
                                            .epoch = model_.threads_[turn.thread].epoch,
                                            .provider_turn_ref = dispatched->provider_turn_ref});
    } else if (const auto* answer = std::get_if<RespondApproval>(&command)) {
        need(model_.requests_[resolver_.of(answer->request.uuid)].state == RequestState::pending);
        events_.emplace_back(ApprovalAnswered{.request = answer->request, .decision = answer->decision});
    } else if (const auto* delivered = std::get_if<ConfirmAnswerDelivered>(&command)) {
        need(model_.requests_[resolver_.of(delivered->request.uuid)].state == RequestState::answered);
        events_.emplace_back(ApprovalDelivered{.request = delivered->request, .seq = {}});
    } else if (const auto* ref = std::get_if<AssignCheckpointRef>(&command)) {
        need(!model_.checkpoints_[resolver_.of(ref->checkpoint.uuid)].assigned);
        events_.emplace_back(
            CheckpointGitRefAssigned{.checkpoint = ref->checkpoint, .git_ref = ref->git_ref, .files = ref->files});
    } else if (const auto* project = std::get_if<CreateProject>(&command)) {
        events_.emplace_back(ProjectCreated{.project = project->project,
                                            .title = project->title,
                                            .root = project->root,
                                            .root_key = project->root, // roots of the mix are already normalised
                                            .default_model = project->default_model});
    } else if (const auto* thread = std::get_if<CreateThread>(&command)) {
        events_.emplace_back(ThreadCreated{.thread = thread->thread,
                                           .project = thread->project,
                                           .title = thread->title,
                                           .model = thread->model,
                                           .policy = thread->policy,
                                           .mode = thread->mode,
                                           .workspace = thread->workspace});
    } else if (const auto* bound = std::get_if<BindSession>(&command)) {
        events_.emplace_back(std::in_place_type<SessionBound>, bound->thread, bound->epoch, bound->session_ref,
                             bound->folder);
    } else if (const auto* gone = std::get_if<DeleteThread>(&command)) {
        need(model_.threads_[resolver_.of(gone->thread.uuid)].active == BareModel::none);
        events_.emplace_back(ThreadDeleted{gone->thread});
    } else {
        events_.emplace_back(ProjectDeleted{std::get<DeleteProject>(command).project});
    }
    for (const Event& event : events_) {
        const BareEvent bare = resolver_(event);
        model_.fold({&bare, 1});
    }
    return events_.size();
}

} // namespace evenfold::bench
