// How each event moves a model that never changes: plain objects and arrays, spread, as documentation of libraries with
// an `evolve` shows it.

import * as make from './entities.mjs';

const none = make.objects;

export const emptyModel = () => make.newModel(none);

const put = (table, entity) => ({ ...table, [entity.id]: entity });
const putId = (set, id) => ({ ...set, [id]: true });
const without = (table, id) => {
    const { [id]: _, ...rest } = table;
    return rest;
};
const added = (list, id) => (list.includes(id) ? list : [...list, id]);
const less = (list, id) => list.filter(one => one !== id);
const withIndex = (model, changes) => ({ ...model, index: { ...model.index, ...changes } });
const withExchange = (model, exchange) => ({
    ...model, transcript: { exchanges: put(model.transcript.exchanges, exchange) },
});

/// The model with the thread's version advanced, and `changes` of it.
const advanced = (model, id, changes) => {
    const thread = model.index.threads[id];
    if (!thread) return model;
    const moved = { ...thread, version: thread.version + 1, ...changes?.(thread) };
    return withIndex(model, { threads: put(model.index.threads, moved) });
};

/// The model with `turn` in it, and its thread's version advanced.
const moved = (model, turn) => {
    const { threads, turns } = model.index;
    const thread = threads[turn.thread];
    return withIndex(model, {
        threads: thread ? put(threads, { ...thread, version: thread.version + 1 }) : threads,
        turns: put(turns, turn),
    });
};

const lastSeq = (turn, seq) => (seq === undefined ? turn.last_seq : Math.max(turn.last_seq, seq));
const exchangeOf = (model, id) => model.transcript.exchanges[id] ?? make.newExchange(id, none);

/// The blocks of the reply, the open one sealed.
const sealedBlocks = (turn, reply) => {
    const place = turn.open_block?.index;
    const open = place === undefined ? undefined : reply?.blocks[place];
    return open?.type === 'Text' ? reply.blocks.with(place, { ...open, sealed: true }) : reply?.blocks ?? [];
};

const withSealed = (model, turn) => {
    const exchange = model.transcript.exchanges[turn.id];
    if (!turn.open_block || !exchange?.reply) return model;
    const reply = { ...exchange.reply, blocks: sealedBlocks(turn, exchange.reply) };
    return withExchange(model, { ...exchange, reply });
};

/// The model with these blocks in the turn's reply, which appears with the first.
const withReply = (model, turn, blocks) => {
    const exchange = exchangeOf(model, turn.id);
    const reply = exchange.reply ?? make.newReply(turn.id);
    const told = withExchange(moved(model, { ...turn, reply: reply.id }), { ...exchange, reply: { ...reply, blocks } });
    if (exchange.reply) return told;
    return withIndex(told, { messages: put(told.index.messages, { id: reply.id, turn: turn.id }) });
};

const leavesPending = (turn, request) => {
    if (request.state !== 'pending') return {};
    const pending_requests = Math.max(turn.pending_requests - 1, 0);
    return { pending_requests, state: pending_requests === 0 && turn.state === 'awaiting' ? 'running' : turn.state };
};

const withActive = (model, id, change) => {
    const project = model.index.projects[id];
    if (!project) return model;
    return withIndex(model, { projects: put(model.index.projects, { ...project, active: change(project.active) }) });
};

const withoutTurn = (model, id) => {
    const turn = model.index.turns[id];
    if (!turn) return model;
    const { index } = withActive(model, model.index.threads[turn.thread]?.project, active => without(active, id));
    let { requests, answered_requests, messages, retired } = index;
    for (const request of turn.requests) {
        requests = without(requests, request);
        answered_requests = without(answered_requests, request);
        retired = putId(retired, request);
    }
    for (const message of turn.reply ? [turn.message, turn.reply] : [turn.message]) {
        messages = without(messages, message);
        retired = putId(retired, message);
    }
    return {
        index: {
            ...index, requests, answered_requests, messages, retired: putId(retired, id),
            active_turns: without(index.active_turns, id), turns: without(index.turns, id),
        },
        transcript: { exchanges: without(model.transcript.exchanges, id) },
    };
};

const withoutCheckpoint = (model, id, root) => {
    const { checkpoints, garbage, pending_checkpoints, retired } = model.index;
    const checkpoint = checkpoints[id];
    if (!checkpoint) return model;
    const held = checkpoint.ref.type === 'Assigned';
    return withIndex(model, {
        garbage: held ? put(garbage, make.gitRefGarbage(checkpoint, root)) : garbage,
        pending_checkpoints: without(pending_checkpoints, id),
        retired: putId(retired, id),
        checkpoints: without(checkpoints, id),
    });
};

const withoutThread = (before, id) => {
    const thread = before.index.threads[id];
    if (!thread) return before;
    const root = before.index.projects[thread.project]?.root ?? '';
    let model = before;
    if (thread.session)
        model = withIndex(model, { garbage: put(model.index.garbage, make.sessionGarbage(thread)) });
    for (const turn of thread.turns) model = withoutTurn(model, turn);
    for (const checkpoint of thread.checkpoints) model = withoutCheckpoint(model, checkpoint, root);
    const project = model.index.projects[thread.project];
    return withIndex(model, {
        projects: project
            ? put(model.index.projects, { ...project, threads: less(project.threads, id) }) : model.index.projects,
        retired: putId(model.index.retired, id),
        threads: without(model.index.threads, id),
    });
};

const on = {
    ProjectCreated: (model, data) => withIndex(model, {
        roots: put(model.index.roots, { id: data.root_key, project: data.project }),
        projects: put(model.index.projects, make.newProject(data, none)),
    }),
    ProjectDeleted(before, data) {
        const project = before.index.projects[data.project];
        if (!project) return before;
        const model = project.threads.reduce(withoutThread, before);
        return withIndex(model, {
            roots: without(model.index.roots, project.root_key),
            retired: putId(model.index.retired, data.project),
            projects: without(model.index.projects, data.project),
        });
    },
    ThreadCreated(model, data) {
        const project = model.index.projects[data.project];
        if (!project) return model;
        return withIndex(model, {
            projects: put(model.index.projects, { ...project, threads: added(project.threads, data.thread) }),
            threads: put(model.index.threads, make.newThread(data, none)),
        });
    },
    ThreadDeleted: (model, data) => withoutThread(model, data.thread),
    SessionBound: (model, data) => advanced(model, data.thread, thread => ({
        session: { epoch: data.epoch, session_ref: data.session_ref },
        last_epoch: Math.max(thread.last_epoch, data.epoch),
    })),
    MessageAdded(before, data) {
        if (!before.index.threads[data.thread]) return before;
        const model = advanced(before, data.thread);
        const message = { id: data.message, turn: data.turn, role: data.role, blocks: data.blocks };
        const place = data.role === 'user' ? 'input' : 'reply';
        return withIndex(withExchange(model, { ...exchangeOf(model, data.turn), [place]: message }), {
            messages: put(model.index.messages, { id: data.message, turn: data.turn }),
        });
    },
    TurnStarted(before, data) {
        const thread = before.index.threads[data.thread];
        if (!thread) return before;
        const model = advanced(before, data.thread, () => ({
            turns: added(thread.turns, data.turn),
            turns_started: Math.max(thread.turns_started, data.ordinal),
            active: data.turn,
        }));
        const turn = model.index.turns[data.turn] ?? make.newTurn(data, none);
        return withIndex(withActive(model, thread.project, active => putId(active, data.turn)), {
            turns: put(model.index.turns, { ...turn, state: 'starting', ordinal: data.ordinal, frozen: data.frozen }),
            active_turns: putId(model.index.active_turns, data.turn),
        });
    },
    TurnDispatched(model, data) {
        const turn = model.index.turns[data.turn];
        if (!turn) return model;
        const told = data.provider_turn_ref !== undefined && turn.provider_ref.type === 'Pending';
        return moved(model, {
            ...turn,
            dispatched: true,
            state: turn.state === 'starting' ? 'running' : turn.state,
            provider_ref: told ? { type: 'Assigned', value: data.provider_turn_ref } : turn.provider_ref,
        });
    },
    TurnCompleted(before, data) {
        const turn = before.index.turns[data.turn];
        if (!turn) return before;
        const model = moved(withSealed(before, turn), {
            ...turn,
            last_seq: lastSeq(turn, data.seq),
            stop_reason: data.stop_reason,
            usage: data.usage ?? turn.usage,
            open_block: undefined,
            state: 'completed',
        });
        const thread = model.index.threads[turn.thread];
        const ended = withActive(model, thread?.project, active => without(active, turn.id));
        const threads = thread?.active === turn.id
            ? put(model.index.threads, { ...thread, active: undefined }) : model.index.threads;
        return withIndex(ended, { threads, active_turns: without(model.index.active_turns, turn.id) });
    },
    TextAppended(model, data) {
        const before = model.index.turns[data.turn];
        if (!before) return model;
        const turn = { ...before, last_seq: lastSeq(before, data.seq) };
        const reply = exchangeOf(model, turn.id).reply;
        if (turn.open_block?.index === data.block) {
            const open = reply.blocks[data.block];
            return withReply(model, turn, reply.blocks.with(data.block, { ...open, text: open.text + data.text }));
        }
        return withReply(model, {
            ...turn,
            open_block: { index: data.block, kind: 'text', parent: data.parent },
            blocks: Math.max(turn.blocks, data.block + 1),
        }, [...sealedBlocks(turn, reply), make.newText(data.text, data.parent)]);
    },
    ToolCallStarted(model, data) {
        const turn = model.index.turns[data.turn];
        if (!turn) return model;
        return withReply(model, {
            ...turn,
            last_seq: lastSeq(turn, data.seq),
            open_block: undefined,
            blocks: Math.max(turn.blocks, data.block + 1),
            tool_calls: put(turn.tool_calls, make.newCall(data)),
            running_calls: added(turn.running_calls, data.call_id),
        }, [...sealedBlocks(turn, exchangeOf(model, turn.id).reply), make.newToolUse(data)]);
    },
    ToolCallFinished(before, data) {
        const turn = before.index.turns[data.turn];
        if (!turn) return before;
        const last_seq = lastSeq(turn, data.seq);
        const call = turn.tool_calls[data.call_id];
        if (!call) return moved(before, { ...turn, last_seq });
        const model = moved(before, {
            ...turn,
            last_seq,
            tool_calls: put(turn.tool_calls, { ...call, status: data.status }),
            running_calls: less(turn.running_calls, data.call_id),
        });
        if (data.status === 'abandoned') return model;
        const exchange = exchangeOf(model, data.turn);
        const output = { id: data.call_id, output: data.output, is_error: data.is_error };
        return withExchange(model, { ...exchange, outputs: put(exchange.outputs, output) });
    },
    ApprovalRequested(before, data) {
        const turn = before.index.turns[data.turn];
        if (!turn) return before;
        const model = moved(withSealed(before, turn), {
            ...turn,
            last_seq: lastSeq(turn, data.seq),
            open_block: undefined,
            requests: added(turn.requests, data.request),
            open_requests: added(turn.open_requests, data.request),
            pending_requests: turn.pending_requests + 1,
            state: turn.state === 'running' ? 'awaiting' : turn.state,
        });
        return withIndex(model, { requests: put(model.index.requests, make.newRequest(data)) });
    },
    ApprovalAnswered(model, data) {
        const { requests, turns, answered_requests } = model.index;
        const request = requests[data.request];
        const turn = turns[request?.turn];
        if (!turn) return model;
        const call = data.decision.type === 'Deny' ? turn.tool_calls[request.tool_call] : undefined;
        const tool_calls = call ? put(turn.tool_calls, { ...call, denied: true }) : turn.tool_calls;
        return withIndex(moved(model, { ...turn, ...leavesPending(turn, request), tool_calls }), {
            requests: put(requests, { ...request, state: 'answered', decision: data.decision }),
            answered_requests: putId(answered_requests, data.request),
        });
    },
    ApprovalDelivered(model, data) {
        const { requests, turns, answered_requests } = model.index;
        const request = requests[data.request];
        const turn = turns[request?.turn];
        if (!turn) return model;
        return withIndex(moved(model, {
            ...turn,
            last_seq: lastSeq(turn, data.seq),
            ...leavesPending(turn, request),
            open_requests: less(turn.open_requests, data.request),
        }), {
            requests: put(requests, { ...request, state: 'delivered' }),
            answered_requests: without(answered_requests, data.request),
        });
    },
    CheckpointCreated(before, data) {
        if (!before.index.threads[data.thread]) return before;
        const model = advanced(before, data.thread, thread => ({
            checkpoints: added(thread.checkpoints, data.checkpoint),
            pending_checkpoints: added(thread.pending_checkpoints, data.checkpoint),
            next_checkpoint_ordinal: Math.max(thread.next_checkpoint_ordinal, data.ordinal + 1),
        }));
        return withIndex(model, {
            pending_checkpoints: putId(model.index.pending_checkpoints, data.checkpoint),
            checkpoints: put(model.index.checkpoints, make.newCheckpoint(data)),
        });
    },
    CheckpointGitRefAssigned(before, data) {
        const checkpoint = before.index.checkpoints[data.checkpoint];
        if (!checkpoint) return before;
        if (checkpoint.ref.type !== 'Pending') return advanced(before, checkpoint.thread);
        const model = advanced(before, checkpoint.thread, thread => ({
            pending_checkpoints: less(thread.pending_checkpoints, data.checkpoint),
        }));
        return withIndex(model, {
            checkpoints: put(model.index.checkpoints, { ...checkpoint, ref: make.assigned(data) }),
            pending_checkpoints: without(model.index.pending_checkpoints, data.checkpoint),
        });
    },
};

/// The model after the event; the one before stays as it was.
export const evolve = (model, event) => (on[event.type] ?? make.unknown(event.type))(model, event.data);
