// Applies each event to an immutable state: plain objects and arrays, spread, as the documentation of libraries with an
// `evolve` shows it. Threads are in their project, turns in their thread, so that a text delta copies little. Parts
// that seldom change are in separate tables.

import * as make from './entities.mjs';

const none = make.objects;

export const emptyModel = () => ({
    projects: {}, places: { threads: {}, turns: {} }, roots: {}, messages: {}, requests: {}, checkpoints: {},
    garbage: {}, retired: {}, active_turns: {}, pending_checkpoints: {}, answered_requests: {},
});

/// Returns the tables of the model in evenfold's shape.
export function modelOf({ projects, places, ...tables }) {
    const threads = Object.assign({}, ...Object.values(projects).map(project => project.thread_table));
    const of = name => Object.assign({}, ...Object.values(threads).map(thread => thread[name]));
    const model = make.newModel(none);
    Object.assign(model.index, tables, { projects, threads, turns: of('turn_table') });
    model.transcript.exchanges = of('exchange_table');
    return model;
}

const put = (table, entity) => ({ ...table, [entity.id]: entity });
const putId = (set, id) => ({ ...set, [id]: true });
const putIds = (set, ids) => ({ ...set, ...Object.fromEntries(ids.map(id => [id, true])) });
const without = (table, id) => {
    const { [id]: _, ...rest } = table;
    return rest;
};
const withoutAll = (table, ids) => {
    const gone = new Set(ids);
    return Object.fromEntries(Object.entries(table).filter(([id]) => !gone.has(id)));
};
const added = (list, id) => (list.includes(id) ? list : [...list, id]);
const less = (list, id) => list.filter(one => one !== id);

const threadOf = (state, id) => state.projects[state.places.threads[id]]?.thread_table[id];

const withThread = (state, thread, change) => {
    const project = state.projects[thread.project];
    const thread_table = put(project.thread_table, thread);
    return { ...state, projects: put(state.projects, { ...project, thread_table, ...change?.(project) }) };
};

/// Returns the state with the thread's version advanced and `change` applied to the thread.
const onThread = (state, id, change) => {
    const thread = threadOf(state, id);
    return thread ? withThread(state, { ...thread, version: thread.version + 1, ...change?.(thread) }) : state;
};

/// Like onThread, for a turn: `change` returns the changed fields of the turn, and its exchange if that changes.
const onTurn = (state, id, seq, change) => {
    const thread = threadOf(state, state.places.turns[id]);
    const turn = thread?.turn_table[id];
    if (!turn) return state;
    const last_seq = seq > turn.last_seq ? seq : turn.last_seq;
    const { exchange, ...news } = change(turn, thread.exchange_table[id] ?? make.newExchange(id, none));
    return withThread(state, {
        ...thread,
        version: thread.version + 1,
        turn_table: put(thread.turn_table, { ...turn, last_seq, ...news }),
        exchange_table: exchange ? put(thread.exchange_table, exchange) : thread.exchange_table,
    });
};

const turnOf = (state, id) => threadOf(state, state.places.turns[id])?.turn_table[id];

/// Returns the blocks of the reply with the open block sealed.
const sealedBlocks = (turn, reply) => {
    const place = turn.open_block?.index;
    const open = place === undefined ? undefined : reply?.blocks[place];
    return open?.type === 'Text' ? reply.blocks.with(place, { ...open, sealed: true }) : reply?.blocks ?? [];
};

const sealed = (turn, exchange) => (exchange.reply && turn.open_block
    ? { ...exchange, reply: { ...exchange.reply, blocks: sealedBlocks(turn, exchange.reply) } } : exchange);

/// Returns the changes that give the reply these blocks; creates the reply with the first block.
const replied = (exchange, blocks) => {
    const reply = exchange.reply ?? make.newReply(exchange.id);
    return { reply: reply.id, exchange: { ...exchange, reply: { ...reply, blocks } } };
};

/// Returns the state with the turn's reply added to the messages.
const withReply = (state, before, id) => {
    const reply = turnOf(state, id)?.reply;
    if (!reply || turnOf(before, id).reply) return state;
    return { ...state, messages: put(state.messages, { id: reply, turn: id }) };
};

const leavesPending = (turn, request) => {
    if (request.state !== 'pending') return {};
    const pending_requests = Math.max(turn.pending_requests - 1, 0);
    return { pending_requests, state: pending_requests === 0 && turn.state === 'awaiting' ? 'running' : turn.state };
};

const withoutThread = (state, id) => {
    const thread = threadOf(state, id);
    if (!thread) return state;
    const project = state.projects[thread.project];
    const turns = thread.turns.map(turn => thread.turn_table[turn]);
    const requests = turns.flatMap(turn => turn.requests);
    const messages = turns.flatMap(turn => (turn.reply ? [turn.message, turn.reply] : [turn.message]));
    const refs = thread.checkpoints.map(checkpoint => state.checkpoints[checkpoint])
        .filter(checkpoint => checkpoint.ref.type === 'Assigned')
        .map(checkpoint => make.gitRefGarbage(checkpoint, project.root));
    const garbage = thread.session ? [make.sessionGarbage(thread), ...refs] : refs;
    return {
        ...state,
        projects: put(state.projects, {
            ...project,
            threads: less(project.threads, id),
            thread_table: without(project.thread_table, id),
            active: withoutAll(project.active, thread.turns),
        }),
        places: { threads: without(state.places.threads, id), turns: withoutAll(state.places.turns, thread.turns) },
        messages: withoutAll(state.messages, messages),
        requests: withoutAll(state.requests, requests),
        answered_requests: withoutAll(state.answered_requests, requests),
        active_turns: withoutAll(state.active_turns, thread.turns),
        checkpoints: withoutAll(state.checkpoints, thread.checkpoints),
        pending_checkpoints: withoutAll(state.pending_checkpoints, thread.checkpoints),
        garbage: garbage.reduce(put, state.garbage),
        retired: putIds(state.retired, [...requests, ...messages, ...thread.turns, ...thread.checkpoints, id]),
    };
};

const on = {
    ProjectCreated: (state, data) => ({
        ...state,
        roots: put(state.roots, { id: data.root_key, project: data.project }),
        projects: put(state.projects, { ...make.newProject(data, none), thread_table: {} }),
    }),
    ProjectDeleted(before, data) {
        const project = before.projects[data.project];
        if (!project) return before;
        const state = project.threads.reduce(withoutThread, before);
        return {
            ...state,
            roots: without(state.roots, project.root_key),
            retired: putId(state.retired, data.project),
            projects: without(state.projects, data.project),
        };
    },
    ThreadCreated(state, data) {
        if (!state.projects[data.project]) return state;
        const thread = { ...make.newThread(data, none), turn_table: {}, exchange_table: {} };
        const threads = { ...state.places.threads, [data.thread]: data.project };
        return withThread({ ...state, places: { ...state.places, threads } }, thread,
            project => ({ threads: added(project.threads, data.thread) }));
    },
    ThreadDeleted: (state, data) => withoutThread(state, data.thread),
    SessionBound: (state, data) => onThread(state, data.thread, thread => ({
        session: { epoch: data.epoch, session_ref: data.session_ref },
        last_epoch: Math.max(thread.last_epoch, data.epoch),
    })),
    MessageAdded(state, data) {
        if (!threadOf(state, data.thread)) return state;
        const message = { id: data.message, turn: data.turn, role: data.role, blocks: data.blocks };
        const place = data.role === 'user' ? 'input' : 'reply';
        const told = onThread(state, data.thread, thread => {
            const exchange = thread.exchange_table[data.turn] ?? make.newExchange(data.turn, none);
            return { exchange_table: put(thread.exchange_table, { ...exchange, [place]: message }) };
        });
        return { ...told, messages: put(state.messages, { id: data.message, turn: data.turn }) };
    },
    TurnStarted(state, data) {
        const thread = threadOf(state, data.thread);
        if (!thread) return state;
        const turn = thread.turn_table[data.turn] ?? make.newTurn(data, none);
        const started = { ...turn, state: 'starting', ordinal: data.ordinal, frozen: data.frozen };
        const told = withThread(state, {
            ...thread,
            version: thread.version + 1,
            turns: added(thread.turns, data.turn),
            turns_started: Math.max(thread.turns_started, data.ordinal),
            active: data.turn,
            turn_table: put(thread.turn_table, started),
        }, project => ({ active: putId(project.active, data.turn) }));
        return {
            ...told,
            places: { ...state.places, turns: { ...state.places.turns, [data.turn]: data.thread } },
            active_turns: putId(state.active_turns, data.turn),
        };
    },
    TurnDispatched: (state, data) => onTurn(state, data.turn, undefined, turn => ({
        dispatched: true,
        state: turn.state === 'starting' ? 'running' : turn.state,
        provider_ref: data.provider_turn_ref !== undefined && turn.provider_ref.type === 'Pending'
            ? { type: 'Assigned', value: data.provider_turn_ref } : turn.provider_ref,
    })),
    TurnCompleted(before, data) {
        const id = data.turn;
        const state = onTurn(before, id, data.seq, (turn, exchange) => ({
            stop_reason: data.stop_reason,
            usage: data.usage ?? turn.usage,
            open_block: undefined,
            state: 'completed',
            exchange: sealed(turn, exchange),
        }));
        const thread = threadOf(state, state.places.turns[id]);
        if (!thread) return state;
        const ended = withThread(state, { ...thread, active: thread.active === id ? undefined : thread.active },
            project => ({ active: without(project.active, id) }));
        return { ...ended, active_turns: without(state.active_turns, id) };
    },
    TextAppended(before, data) {
        const state = onTurn(before, data.turn, data.seq, (turn, exchange) => {
            if (turn.open_block?.index === data.block) {
                const { blocks } = exchange.reply;
                const open = blocks[data.block];
                return replied(exchange, blocks.with(data.block, { ...open, text: open.text + data.text }));
            }
            return {
                ...replied(exchange, [...sealedBlocks(turn, exchange.reply), make.newText(data.text, data.parent)]),
                open_block: { index: data.block, kind: 'text', parent: data.parent },
                blocks: Math.max(turn.blocks, data.block + 1),
            };
        });
        return withReply(state, before, data.turn);
    },
    ToolCallStarted(before, data) {
        const state = onTurn(before, data.turn, data.seq, (turn, exchange) => ({
            ...replied(exchange, [...sealedBlocks(turn, exchange.reply), make.newToolUse(data)]),
            open_block: undefined,
            blocks: Math.max(turn.blocks, data.block + 1),
            tool_calls: put(turn.tool_calls, make.newCall(data)),
            running_calls: added(turn.running_calls, data.call_id),
        }));
        return withReply(state, before, data.turn);
    },
    ToolCallFinished: (state, data) => onTurn(state, data.turn, data.seq, (turn, exchange) => {
        const call = turn.tool_calls[data.call_id];
        if (!call) return {};
        const output = { id: data.call_id, output: data.output, is_error: data.is_error };
        return {
            tool_calls: put(turn.tool_calls, { ...call, status: data.status }),
            running_calls: less(turn.running_calls, data.call_id),
            exchange: data.status === 'abandoned'
                ? undefined : { ...exchange, outputs: put(exchange.outputs, output) },
        };
    }),
    ApprovalRequested(state, data) {
        if (!turnOf(state, data.turn)) return state;
        const told = onTurn(state, data.turn, data.seq, (turn, exchange) => ({
            open_block: undefined,
            requests: added(turn.requests, data.request),
            open_requests: added(turn.open_requests, data.request),
            pending_requests: turn.pending_requests + 1,
            state: turn.state === 'running' ? 'awaiting' : turn.state,
            exchange: sealed(turn, exchange),
        }));
        return { ...told, requests: put(state.requests, make.newRequest(data)) };
    },
    ApprovalAnswered(state, data) {
        const request = state.requests[data.request];
        if (!turnOf(state, request?.turn)) return state;
        const told = onTurn(state, request.turn, undefined, turn => {
            const call = data.decision.type === 'Deny' ? turn.tool_calls[request.tool_call] : undefined;
            const tool_calls = call ? put(turn.tool_calls, { ...call, denied: true }) : turn.tool_calls;
            return { ...leavesPending(turn, request), tool_calls };
        });
        return {
            ...told,
            requests: put(state.requests, { ...request, state: 'answered', decision: data.decision }),
            answered_requests: putId(state.answered_requests, data.request),
        };
    },
    ApprovalDelivered(state, data) {
        const request = state.requests[data.request];
        if (!turnOf(state, request?.turn)) return state;
        const told = onTurn(state, request.turn, data.seq, turn => ({
            ...leavesPending(turn, request),
            open_requests: less(turn.open_requests, data.request),
        }));
        return {
            ...told,
            requests: put(state.requests, { ...request, state: 'delivered' }),
            answered_requests: without(state.answered_requests, data.request),
        };
    },
    CheckpointCreated(state, data) {
        if (!threadOf(state, data.thread)) return state;
        const told = onThread(state, data.thread, thread => ({
            checkpoints: added(thread.checkpoints, data.checkpoint),
            pending_checkpoints: added(thread.pending_checkpoints, data.checkpoint),
            next_checkpoint_ordinal: Math.max(thread.next_checkpoint_ordinal, data.ordinal + 1),
        }));
        return {
            ...told,
            pending_checkpoints: putId(state.pending_checkpoints, data.checkpoint),
            checkpoints: put(state.checkpoints, make.newCheckpoint(data)),
        };
    },
    CheckpointGitRefAssigned(state, data) {
        const checkpoint = state.checkpoints[data.checkpoint];
        if (!checkpoint) return state;
        if (checkpoint.ref.type !== 'Pending') return onThread(state, checkpoint.thread);
        const told = onThread(state, checkpoint.thread, thread => ({
            pending_checkpoints: less(thread.pending_checkpoints, data.checkpoint),
        }));
        return {
            ...told,
            checkpoints: put(state.checkpoints, { ...checkpoint, ref: make.assigned(data) }),
            pending_checkpoints: without(state.pending_checkpoints, data.checkpoint),
        };
    },
};

/// Returns the state after the event; the earlier state is unchanged.
export const evolve = (state, event) => (on[event.type] ?? make.unknown(event.type))(state, event.data);
