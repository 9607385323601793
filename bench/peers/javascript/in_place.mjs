// Applies each event to a model that changes in place: Maps and Sets, found by id.

import * as make from './entities.mjs';

const none = make.maps;

export const emptyModel = () => make.newModel(none);

function advance(index, id) {
    const thread = index.threads.get(id);
    if (thread) thread.version++;
    return thread;
}

function take(index, id, seq) {
    const turn = index.turns.get(id);
    if (!turn) return undefined;
    if (seq !== undefined && seq > turn.last_seq) turn.last_seq = seq;
    advance(index, turn.thread);
    return turn;
}

function exchangeOf(model, id) {
    let exchange = model.transcript.exchanges.get(id);
    if (!exchange) model.transcript.exchanges.set(id, exchange = make.newExchange(id, none));
    return exchange;
}

function replyOf(model, turn) {
    const exchange = exchangeOf(model, turn.id);
    if (!exchange.reply) {
        exchange.reply = make.newReply(turn.id);
        turn.reply = exchange.reply.id;
        model.index.messages.set(turn.reply, { id: turn.reply, turn: turn.id });
    }
    return exchange.reply;
}

function seal(model, turn) {
    if (!turn.open_block) return;
    const block = replyOf(model, turn).blocks[turn.open_block.index];
    if (block?.type === 'Text') block.sealed = true;
    turn.open_block = undefined;
}

function leavePending(turn, request) {
    if (request.state !== 'pending') return;
    if (turn.pending_requests > 0) turn.pending_requests--;
    if (turn.pending_requests === 0 && turn.state === 'awaiting') turn.state = 'running';
}

function removeTurn({ index, transcript }, id) {
    const turn = index.turns.get(id);
    if (!turn) return;
    for (const request of turn.requests) {
        index.requests.delete(request);
        index.answered_requests.delete(request);
        index.retired.add(request);
    }
    for (const message of turn.reply ? [turn.message, turn.reply] : [turn.message]) {
        index.messages.delete(message);
        index.retired.add(message);
    }
    index.projects.get(index.threads.get(turn.thread)?.project)?.active.delete(id);
    index.active_turns.delete(id);
    index.retired.add(id);
    index.turns.delete(id);
    transcript.exchanges.delete(id);
}

function removeCheckpoint(index, id, root) {
    const checkpoint = index.checkpoints.get(id);
    if (!checkpoint) return;
    if (checkpoint.ref.type === 'Assigned') {
        const entry = make.gitRefGarbage(checkpoint, root);
        index.garbage.set(entry.id, entry);
    }
    index.pending_checkpoints.delete(id);
    index.retired.add(id);
    index.checkpoints.delete(id);
}

function removeThread(model, id) {
    const { index } = model;
    const thread = index.threads.get(id);
    if (!thread) return;
    const project = index.projects.get(thread.project);
    if (thread.session) {
        const entry = make.sessionGarbage(thread);
        index.garbage.set(entry.id, entry);
    }
    for (const turn of thread.turns) removeTurn(model, turn);
    for (const checkpoint of thread.checkpoints) removeCheckpoint(index, checkpoint, project?.root ?? '');
    project?.threads.delete(id);
    index.retired.add(id);
    index.threads.delete(id);
}

const on = {
    ProjectCreated({ index }, data) {
        index.roots.set(data.root_key, { id: data.root_key, project: data.project });
        index.projects.set(data.project, make.newProject(data, none));
    },
    ProjectDeleted(model, data) {
        const project = model.index.projects.get(data.project);
        if (!project) return;
        for (const thread of [...project.threads]) removeThread(model, thread);
        model.index.roots.delete(project.root_key);
        model.index.retired.add(data.project);
        model.index.projects.delete(data.project);
    },
    ThreadCreated({ index }, data) {
        const project = index.projects.get(data.project);
        if (!project) return;
        project.threads.add(data.thread);
        index.threads.set(data.thread, make.newThread(data, none));
    },
    ThreadDeleted(model, data) {
        removeThread(model, data.thread);
    },
    SessionBound({ index }, data) {
        const thread = advance(index, data.thread);
        if (!thread) return;
        thread.session = { epoch: data.epoch, session_ref: data.session_ref };
        thread.last_epoch = Math.max(thread.last_epoch, data.epoch);
    },
    MessageAdded(model, data) {
        if (!advance(model.index, data.thread)) return;
        model.index.messages.set(data.message, { id: data.message, turn: data.turn });
        const message = {
            id: data.message, turn: data.turn, role: data.role, blocks: data.blocks.map(block => ({ ...block })),
        };
        exchangeOf(model, data.turn)[data.role === 'user' ? 'input' : 'reply'] = message;
    },
    TurnStarted({ index }, data) {
        const thread = advance(index, data.thread);
        if (!thread) return;
        thread.turns.add(data.turn);
        thread.turns_started = Math.max(thread.turns_started, data.ordinal);
        thread.active = data.turn;
        let turn = index.turns.get(data.turn);
        if (!turn) index.turns.set(data.turn, turn = make.newTurn(data, none));
        turn.state = 'starting';
        turn.ordinal = data.ordinal;
        turn.frozen = data.frozen;
        index.active_turns.add(data.turn);
        index.projects.get(thread.project)?.active.add(data.turn);
    },
    TurnDispatched({ index }, data) {
        const turn = take(index, data.turn);
        if (!turn) return;
        turn.dispatched = true;
        if (turn.state === 'starting') turn.state = 'running';
        if (data.provider_turn_ref !== undefined && turn.provider_ref.type === 'Pending')
            turn.provider_ref = { type: 'Assigned', value: data.provider_turn_ref };
    },
    TurnCompleted(model, data) {
        const { index } = model;
        const turn = take(index, data.turn, data.seq);
        if (!turn) return;
        turn.stop_reason = data.stop_reason;
        if (data.usage) turn.usage = data.usage;
        seal(model, turn);
        turn.state = 'completed';
        const thread = index.threads.get(turn.thread);
        if (thread?.active === turn.id) thread.active = undefined;
        index.projects.get(thread?.project)?.active.delete(turn.id);
        index.active_turns.delete(turn.id);
    },
    TextAppended(model, data) {
        const turn = take(model.index, data.turn, data.seq);
        if (!turn) return;
        const reply = replyOf(model, turn);
        if (turn.open_block?.index === data.block) {
            const block = reply.blocks[data.block];
            if (block?.type === 'Text') block.text += data.text;
            return;
        }
        seal(model, turn);
        reply.blocks.push(make.newText(data.text, data.parent));
        turn.open_block = { index: data.block, kind: 'text', parent: data.parent };
        turn.blocks = Math.max(turn.blocks, data.block + 1);
    },
    ToolCallStarted(model, data) {
        const turn = take(model.index, data.turn, data.seq);
        if (!turn) return;
        seal(model, turn);
        replyOf(model, turn).blocks.push(make.newToolUse(data));
        turn.blocks = Math.max(turn.blocks, data.block + 1);
        turn.tool_calls.set(data.call_id, make.newCall(data));
        turn.running_calls.add(data.call_id);
    },
    ToolCallFinished(model, data) {
        const turn = take(model.index, data.turn, data.seq);
        const call = turn?.tool_calls.get(data.call_id);
        if (!call) return;
        call.status = data.status;
        turn.running_calls.delete(data.call_id);
        if (data.status === 'abandoned') return;
        exchangeOf(model, data.turn).outputs
            .set(data.call_id, { id: data.call_id, output: data.output, is_error: data.is_error });
    },
    ApprovalRequested(model, data) {
        const turn = take(model.index, data.turn, data.seq);
        if (!turn) return;
        seal(model, turn);
        model.index.requests.set(data.request, make.newRequest(data));
        turn.requests.add(data.request);
        turn.open_requests.add(data.request);
        turn.pending_requests++;
        if (turn.state === 'running') turn.state = 'awaiting';
    },
    ApprovalAnswered({ index }, data) {
        const request = index.requests.get(data.request);
        const turn = request && take(index, request.turn);
        if (!turn) return;
        leavePending(turn, request);
        request.state = 'answered';
        request.decision = data.decision;
        const call = turn.tool_calls.get(request.tool_call);
        if (call && data.decision.type === 'Deny') call.denied = true;
        index.answered_requests.add(data.request);
    },
    ApprovalDelivered({ index }, data) {
        const request = index.requests.get(data.request);
        const turn = request && take(index, request.turn, data.seq);
        if (!turn) return;
        leavePending(turn, request);
        request.state = 'delivered';
        turn.open_requests.delete(data.request);
        index.answered_requests.delete(data.request);
    },
    CheckpointCreated({ index }, data) {
        const thread = advance(index, data.thread);
        if (!thread) return;
        thread.checkpoints.add(data.checkpoint);
        thread.pending_checkpoints.add(data.checkpoint);
        thread.next_checkpoint_ordinal = Math.max(thread.next_checkpoint_ordinal, data.ordinal + 1);
        index.pending_checkpoints.add(data.checkpoint);
        index.checkpoints.set(data.checkpoint, make.newCheckpoint(data));
    },
    CheckpointGitRefAssigned({ index }, data) {
        const checkpoint = index.checkpoints.get(data.checkpoint);
        if (!checkpoint) return;
        const thread = advance(index, checkpoint.thread);
        if (checkpoint.ref.type !== 'Pending') return;
        checkpoint.ref = make.assigned(data);
        thread?.pending_checkpoints.delete(data.checkpoint);
        index.pending_checkpoints.delete(data.checkpoint);
    },
};

/// Applies the event and returns the same model.
export function evolve(model, event) {
    switch (event.type) {
    case 'TextAppended': on.TextAppended(model, event.data); break; // nine in ten events
    default: (on[event.type] ?? make.unknown(event.type))(model, event.data);
    }
    return model;
}
