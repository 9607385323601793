#include "evenfold/bench/suite/bare/fold.hpp"

namespace evenfold::bench {

using namespace orchestration;

namespace {

Message message_of(const Uuid& id, const Uuid& turn, Role role) {
    return {.id = MessageId{id}, .turn = TurnId{turn}, .role = role, .blocks = {}};
}

TurnState state_of(bool ended, bool awaiting, bool running) {
    if (ended) return TurnState::completed;
    if (awaiting) return TurnState::awaiting;
    return running ? TurnState::running : TurnState::starting;
}

} // namespace

void BareModel::add_pieces(const BareTurn& bare, orchestration::Turn& turn, Exchange& exchange) {
    for (const BarePiece& piece : bare.pieces) {
        if (piece.call < 0) {
            exchange.reply->blocks.emplace_back(Text{.text = piece.text, .sealed = piece.sealed, .parent = {}});
            continue;
        }
        const BareCall& call = bare.calls[static_cast<std::size_t>(piece.call)];
        exchange.reply->blocks.emplace_back(
            ToolUse{.call_id = call.id, .name = call.name, .input = call.input, .parent = {}});
        const auto status = call.answered ? ToolCallStatus::succeeded : ToolCallStatus::running;
        turn.tool_calls.insert({.id = call.id,
                                .name = call.name,
                                .parent = {},
                                .status = status,
                                .block = call.block,
                                .run_by_provider = false,
                                .denied = false});
        if (call.answered)
            exchange.outputs.insert({.id = call.id, .output = call.output, .is_error = false});
        else
            turn.running_calls.insert(call.id);
    }
}

void BareModel::add_requests(const BareTurn& bare, orchestration::Turn& turn, Index& index) const {
    for (const std::uint32_t slot : bare.requests) {
        const BareRequest& asked = requests_[slot];
        orchestration::Request request{};
        request.id = RequestId{asked.id}, request.turn = turn.id, request.provider_id = asked.provider_id;
        if (asked.has_call) request.tool_call = asked.call;
        request.kind = ToolApproval{}, request.state = asked.state;
        if (asked.state != RequestState::pending) request.decision = Allow{};
        turn.requests.insert(request.id);
        if (asked.state != RequestState::delivered) turn.open_requests.insert(request.id);
        if (asked.state == RequestState::answered) index.answered_requests.insert(request.id);
        index.requests.insert(std::move(request));
    }
}

void BareModel::add_turns(Model& model) const {
    Index& index = model->index;
    for (const BareTurn& bare : turns_) {
        if (bare.message.is_nil()) continue;
        orchestration::Exchange exchange{.id = {}, .input = {}, .reply = {}, .outputs = {}, .notices = {}};
        orchestration::Turn turn{};
        turn.id = exchange.id = TurnId{bare.id};
        exchange.input = message_of(bare.message, bare.id, Role::user);
        exchange.input->blocks.emplace_back(Text{.text = bare.input, .sealed = true, .parent = {}});
        const BareThread& thread = threads_[bare.thread];
        turn.thread = ThreadId{thread.id};
        turn.message = MessageId{bare.message};
        index.messages.insert({.id = turn.message, .turn = turn.id});
        turn.ordinal = bare.ordinal;
        turn.frozen = TurnSettings{.model = thread.model_name, .policy = Policy::full, .mode = Mode::default_};
        turn.dispatched = bare.running;
        turn.state = state_of(bare.ended, bare.awaiting, bare.running);
        turn.last_seq = bare.last_seq;
        turn.blocks = bare.pieces.size();
        turn.pending_requests = bare.pending;
        if (bare.replied) {
            turn.reply = MessageId{bare.reply};
            index.messages.insert({.id = *turn.reply, .turn = turn.id});
            exchange.reply = message_of(bare.reply, bare.id, Role::assistant);
        }
        if (bare.open >= 0)
            turn.open_block =
                OpenBlock{.index = static_cast<std::uint64_t>(bare.open), .kind = BlockKind::text, .parent = {}};
        add_pieces(bare, turn, exchange);
        add_requests(bare, turn, index);
        if (!bare.ended && bare.live) {
            index.active_turns.insert(turn.id);
            index.projects.find(ProjectId{projects_[thread.project].id})->active.insert(turn.id);
        }
        if (bare.live) index.turns.insert(std::move(turn));
        model->transcript.exchanges.insert(std::move(exchange));
    }
}

void BareModel::add_threads(Model& model) const {
    Index& index = model->index;
    for (const BareThread& bare : threads_) {
        if (!bare.live) continue;
        orchestration::Thread thread{};
        thread.id = ThreadId{bare.id}, thread.project = ProjectId{projects_[bare.project].id};
        thread.title = bare.title;
        thread.settings = {.model = bare.model_name, .policy = Policy::full, .mode = Mode::default_};
        thread.version = bare.version, thread.turns_started = bare.turns_started;
        for (const std::uint32_t turn : bare.turns) thread.turns.insert(TurnId{turns_[turn].id});
        if (bare.active != none) thread.active = TurnId{turns_[bare.active].id};
        if (bare.epoch != 0) thread.session = Session{.epoch = bare.epoch, .session_ref = bare.session_ref};
        thread.last_epoch = bare.epoch, thread.next_checkpoint_ordinal = bare.next_checkpoint;
        for (const std::uint32_t slot : bare.checkpoints) {
            const BareCheckpoint& taken = checkpoints_[slot];
            const CheckpointId id{taken.id};
            orchestration::Checkpoint checkpoint{};
            checkpoint.id = id, checkpoint.thread = thread.id, checkpoint.ordinal = taken.ordinal;
            checkpoint.kind = taken.kind;
            if (taken.has_after) checkpoint.after_turn = TurnId{taken.after};
            if (taken.assigned) {
                checkpoint.ref = Assigned<CheckpointRef>{{.git_ref = taken.git_ref, .files = taken.files}};
            } else {
                thread.pending_checkpoints.insert(id);
                index.pending_checkpoints.insert(id);
            }
            thread.checkpoints.insert(id);
            index.checkpoints.insert(std::move(checkpoint));
        }
        index.projects.find(thread.project)->threads.insert(thread.id);
        index.threads.insert(std::move(thread));
    }
}

Model BareModel::model() const {
    Model model;
    Index& index = model->index;
    for (const BareProject& bare : projects_) {
        if (!bare.live) continue;
        const ProjectId id{bare.id};
        index.roots.insert({.id = bare.root_key, .project = id});
        index.projects.insert({.id = id,
                               .title = bare.title,
                               .root = bare.root,
                               .root_key = bare.root_key,
                               .default_model = {},
                               .threads = {},
                               .active = {}});
    }
    add_threads(model);
    add_turns(model);
    for (const Uuid& id : retired_) index.retired.insert(id);
    for (const Resource& resource : garbage_) index.garbage.insert({.id = id_of(resource), .resource = resource});
    return model;
}

} // namespace evenfold::bench
