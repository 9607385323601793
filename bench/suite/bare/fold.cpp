#include "evenfold/bench/suite/bare/fold.hpp"

#include <algorithm>
#include <cstdlib>

namespace evenfold::bench {

using namespace orchestration;

namespace {

enum BareEventKind : std::uint8_t {
    project_created,
    project_deleted,
    thread_created,
    thread_deleted,
    session_bound,
    message_added,
    turn_started,
    turn_dispatched,
    text_appended,
    call_started,
    call_finished,
    approval_requested,
    approval_answered,
    approval_delivered,
    turn_completed,
    checkpoint_created,
    checkpoint_assigned
};

template <class T>
const T& as(const BareEvent& event) {
    return *std::get_if<T>(event.whole);
}

template <class T>
T& at(std::vector<T>& all, std::uint32_t index) {
    if (index >= all.size()) all.resize(index + 1);
    return all[index];
}

} // namespace

std::uint32_t IndexResolver::index_for(const Uuid& id, std::uint32_t& next) {
    const auto [held, is_new] = indices_.try_emplace(id, next);
    if (is_new) ++next;
    return held->second;
}

BareEvent IndexResolver::operator()(const Event& event) {
    BareEvent bare{.kind = 0, .owner = 0, .entity = 0, .seq = 0, .block = 0, .text = {}, .whole = &event};
    const auto thread = [&](const ThreadId& id) { return index_for(id.uuid, threads_); };
    const auto turn = [&](const TurnId& id) { return index_for(id.uuid, turns_); };
    if (const auto* text = std::get_if<TextAppended>(&event)) {
        bare.kind = text_appended, bare.entity = turn(text->turn);
        bare.seq = text->seq, bare.block = text->block, bare.text = text->text;
    } else if (const auto* created = std::get_if<ProjectCreated>(&event)) {
        bare.kind = project_created, bare.entity = index_for(created->project.uuid, projects_);
    } else if (const auto* deleted = std::get_if<ProjectDeleted>(&event)) {
        bare.kind = project_deleted, bare.entity = index_for(deleted->project.uuid, projects_);
    } else if (const auto* made = std::get_if<ThreadCreated>(&event)) {
        bare.kind = thread_created, bare.entity = thread(made->thread);
        bare.owner = index_for(made->project.uuid, projects_);
    } else if (const auto* gone = std::get_if<ThreadDeleted>(&event)) {
        bare.kind = thread_deleted, bare.entity = thread(gone->thread);
    } else if (const auto* bound = std::get_if<SessionBound>(&event)) {
        bare.kind = session_bound, bare.entity = thread(bound->thread);
    } else if (const auto* message = std::get_if<MessageAdded>(&event)) {
        bare.kind = message_added, bare.entity = turn(message->turn), bare.owner = thread(message->thread);
    } else if (const auto* started = std::get_if<TurnStarted>(&event)) {
        bare.kind = turn_started, bare.entity = turn(started->turn), bare.owner = thread(started->thread);
    } else if (const auto* dispatched = std::get_if<TurnDispatched>(&event)) {
        bare.kind = turn_dispatched, bare.entity = turn(dispatched->turn);
    } else if (const auto* call = std::get_if<ToolCallStarted>(&event)) {
        bare.kind = call_started, bare.entity = turn(call->turn);
    } else if (const auto* answer = std::get_if<ToolCallFinished>(&event)) {
        bare.kind = call_finished, bare.entity = turn(answer->turn);
    } else if (const auto* asked = std::get_if<ApprovalRequested>(&event)) {
        bare.kind = approval_requested, bare.entity = index_for(asked->request.uuid, requests_);
        bare.owner = turn(asked->turn);
    } else if (const auto* answered = std::get_if<ApprovalAnswered>(&event)) {
        bare.kind = approval_answered, bare.entity = index_for(answered->request.uuid, requests_);
    } else if (const auto* delivered = std::get_if<ApprovalDelivered>(&event)) {
        bare.kind = approval_delivered, bare.entity = index_for(delivered->request.uuid, requests_);
    } else if (const auto* completed = std::get_if<TurnCompleted>(&event)) {
        bare.kind = turn_completed, bare.entity = turn(completed->turn);
    } else if (const auto* checkpoint = std::get_if<CheckpointCreated>(&event)) {
        bare.kind = checkpoint_created, bare.entity = index_for(checkpoint->checkpoint.uuid, checkpoints_);
        bare.owner = thread(checkpoint->thread);
    } else if (const auto* assigned = std::get_if<CheckpointGitRefAssigned>(&event)) {
        bare.kind = checkpoint_assigned, bare.entity = index_for(assigned->checkpoint.uuid, checkpoints_);
    } else {
        std::abort(); // not an event of the mix
    }
    return bare;
}

void BareModel::fold(std::span<const BareEvent> events) {
    for (const BareEvent& event : events) append(event);
}

void BareModel::append(const BareEvent& event) {
    switch (event.kind) {
    case text_appended: return on_text_appended(event);
    case project_created: return on_project_created(event);
    case project_deleted: return on_project_deleted(event);
    case thread_created: return on_thread_created(event);
    case thread_deleted: return remove_thread(event.entity);
    case session_bound: return on_session_bound(event);
    case message_added: return on_message_added(event);
    case turn_started: return on_turn_started(event);
    case turn_dispatched: return on_turn_dispatched(event);
    case call_started: return on_call_started(event);
    case call_finished: return on_call_finished(event);
    case approval_requested: return on_approval_requested(event);
    case approval_answered: return on_approval_answered(event);
    case approval_delivered: return on_approval_delivered(event);
    case turn_completed: return on_turn_completed(event);
    case checkpoint_created: return on_checkpoint_created(event);
    case checkpoint_assigned: return on_checkpoint_assigned(event);
    default: std::abort();
    }
}

void BareModel::on_text_appended(const BareEvent& event) {
    BareTurn& turn = turns_[event.entity];
    turn.last_seq = event.seq;
    ++threads_[turn.thread].version;
    if (turn.open != static_cast<std::int64_t>(event.block)) {
        seal(turn);
        if (!turn.replied) turn.reply = derive(turn.id, "assistant"), turn.replied = true;
        turn.pieces.emplace_back();
        turn.open = static_cast<std::int64_t>(event.block);
    }
    turn.pieces.back().text += event.text;
}

void BareModel::on_project_created(const BareEvent& event) {
    const auto& created = as<ProjectCreated>(event);
    BareProject& project = at(projects_, event.entity);
    project.id = created.project.uuid, project.live = true;
    project.title = created.title, project.root = created.root, project.root_key = created.root_key;
}

void BareModel::on_project_deleted(const BareEvent& event) {
    BareProject& project = projects_[event.entity];
    for (const std::uint32_t thread : project.threads) remove_thread(thread);
    retired_.push_back(project.id);
    project = {};
}

void BareModel::on_thread_created(const BareEvent& event) {
    const auto& created = as<ThreadCreated>(event);
    projects_[event.owner].threads.push_back(event.entity);
    BareThread& thread = at(threads_, event.entity);
    thread.id = created.thread.uuid, thread.project = event.owner, thread.live = true;
    thread.title = created.title, thread.model_name = created.model, thread.version = 1;
}

void BareModel::on_session_bound(const BareEvent& event) {
    BareThread& thread = threads_[event.entity];
    ++thread.version;
    thread.session_ref = as<SessionBound>(event).session_ref, thread.epoch = as<SessionBound>(event).epoch;
}

void BareModel::on_message_added(const BareEvent& event) {
    const auto& message = as<MessageAdded>(event);
    ++threads_[event.owner].version;
    BareTurn& turn = at(turns_, event.entity);
    turn.message = message.message.uuid;
    turn.input = std::get<Text>(message.blocks.front()).text;
}

void BareModel::on_turn_started(const BareEvent& event) {
    const auto& started = as<TurnStarted>(event);
    BareThread& thread = threads_[event.owner];
    ++thread.version;
    thread.turns.push_back(event.entity);
    thread.turns_started = started.ordinal, thread.active = event.entity;
    BareTurn& turn = at(turns_, event.entity);
    turn.id = started.turn.uuid, turn.thread = event.owner, turn.ordinal = started.ordinal, turn.live = true;
}

void BareModel::on_turn_dispatched(const BareEvent& event) {
    BareTurn& turn = turns_[event.entity];
    ++threads_[turn.thread].version;
    turn.running = true, turn.epoch = as<TurnDispatched>(event).epoch;
}

void BareModel::on_call_started(const BareEvent& event) {
    const auto& call = as<ToolCallStarted>(event);
    BareTurn& turn = turns_[event.entity];
    turn.last_seq = call.seq;
    ++threads_[turn.thread].version;
    seal(turn);
    turn.pieces.push_back({.text = {}, .call = static_cast<std::int32_t>(turn.calls.size()), .sealed = false});
    turn.calls.push_back({.id = call.call_id,
                          .name = call.name,
                          .input = call.input,
                          .output = {},
                          .answered = false,
                          .block = call.block});
}

void BareModel::on_call_finished(const BareEvent& event) {
    const auto& answer = as<ToolCallFinished>(event);
    BareTurn& turn = turns_[event.entity];
    turn.last_seq = answer.seq.value_or(0);
    ++threads_[turn.thread].version;
    for (BareCall& call : turn.calls) {
        if (call.id == answer.call_id) call.output = answer.output, call.answered = true;
    }
}

void BareModel::on_approval_requested(const BareEvent& event) {
    const auto& asked = as<ApprovalRequested>(event);
    BareTurn& turn = turns_[event.owner];
    turn.last_seq = asked.seq;
    ++threads_[turn.thread].version;
    seal(turn);
    BareRequest& request = at(requests_, event.entity);
    request.id = asked.request.uuid, request.turn = event.owner, request.live = true;
    request.provider_id = asked.provider_request;
    request.call = asked.call_id.value_or(""), request.has_call = asked.call_id.has_value();
    request.state = RequestState::pending;
    turn.requests.push_back(event.entity);
    ++turn.pending;
    turn.awaiting = true;
}

void BareModel::on_approval_answered(const BareEvent& event) {
    BareRequest& request = requests_[event.entity];
    BareTurn& turn = turns_[request.turn];
    ++threads_[turn.thread].version;
    request.state = RequestState::answered;
    if (--turn.pending == 0) turn.awaiting = false;
}

void BareModel::on_approval_delivered(const BareEvent& event) {
    BareRequest& request = requests_[event.entity];
    ++threads_[turns_[request.turn].thread].version;
    request.state = RequestState::delivered;
}

void BareModel::on_turn_completed(const BareEvent& event) {
    BareTurn& turn = turns_[event.entity];
    turn.last_seq = as<TurnCompleted>(event).seq;
    seal(turn);
    turn.ended = true;
    BareThread& thread = threads_[turn.thread];
    ++thread.version;
    thread.active = none;
}

void BareModel::on_checkpoint_created(const BareEvent& event) {
    const auto& created = as<CheckpointCreated>(event);
    BareThread& thread = threads_[event.owner];
    ++thread.version;
    thread.checkpoints.push_back(event.entity);
    thread.next_checkpoint = created.ordinal + 1;
    BareCheckpoint& checkpoint = at(checkpoints_, event.entity);
    checkpoint.id = created.checkpoint.uuid, checkpoint.thread = event.owner, checkpoint.live = true;
    checkpoint.ordinal = created.ordinal, checkpoint.kind = created.kind;
    checkpoint.has_after = created.after_turn.has_value();
    if (created.after_turn) checkpoint.after = created.after_turn->uuid;
}

void BareModel::on_checkpoint_assigned(const BareEvent& event) {
    const auto& assigned = as<CheckpointGitRefAssigned>(event);
    BareCheckpoint& checkpoint = checkpoints_[event.entity];
    ++threads_[checkpoint.thread].version;
    checkpoint.git_ref = assigned.git_ref, checkpoint.files = assigned.files, checkpoint.assigned = true;
}

void BareModel::seal(BareTurn& turn) {
    if (turn.open < 0) return;
    turn.pieces.back().sealed = true;
    turn.pieces.back().text.shrink_to_fit();
    turn.open = -1;
}

void BareModel::remove_turn(BareTurn& turn) {
    for (const std::uint32_t index : turn.requests) {
        retired_.push_back(requests_[index].id);
        requests_[index] = {};
    }
    retired_.push_back(turn.message);
    if (turn.replied) retired_.push_back(turn.reply);
    retired_.push_back(turn.id);
    turn = {};
}

void BareModel::remove_checkpoint(BareCheckpoint& checkpoint) {
    const BareThread& thread = threads_[checkpoint.thread];
    if (checkpoint.assigned) {
        garbage_.emplace_back(GitRefResource{.thread = ThreadId{thread.id},
                                             .root = projects_[thread.project].root,
                                             .checkpoint = CheckpointId{checkpoint.id},
                                             .git_ref = checkpoint.git_ref});
    }
    retired_.push_back(checkpoint.id);
    checkpoint = {};
}

void BareModel::remove_thread(std::uint32_t index) {
    BareThread& thread = threads_[index];
    if (!thread.live) return;
    garbage_.emplace_back(
        SessionResource{.thread = ThreadId{thread.id}, .epoch = thread.epoch, .session_ref = thread.session_ref});
    for (const std::uint32_t turn : thread.turns) remove_turn(turns_[turn]);
    for (const std::uint32_t checkpoint : thread.checkpoints) remove_checkpoint(checkpoints_[checkpoint]);
    retired_.push_back(thread.id);
    thread = {};
}

} // namespace evenfold::bench
