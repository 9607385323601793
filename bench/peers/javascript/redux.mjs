// Redux Toolkit: one slice, whose case reducers change immer's draft. Plain objects and arrays, as its style guide
// requires.

import { configureStore, createSlice } from '@reduxjs/toolkit';
import { setAutoFreeze } from 'immer';

import * as make from './entities.mjs';
import { serve } from './session.mjs';

if (process.env.NODE_ENV !== 'production') throw new Error('set NODE_ENV=production, or its checks are measured');

const none = make.objects;

const add = (list, id) => {
    if (!list.includes(id)) list.push(id);
};
const drop = (list, id) => {
    const place = list.indexOf(id);
    if (place >= 0) list.splice(place, 1);
};

function advance(index, id) {
    const thread = index.threads[id];
    if (thread) thread.version++;
    return thread;
}

function take(index, id, seq) {
    const turn = index.turns[id];
    if (!turn) return undefined;
    if (seq !== undefined && seq > turn.last_seq) turn.last_seq = seq;
    advance(index, turn.thread);
    return turn;
}

const exchangeOf = (model, id) => (model.transcript.exchanges[id] ??= make.newExchange(id, none));

function replyOf(model, turn) {
    const exchange = exchangeOf(model, turn.id);
    if (!exchange.reply) {
        exchange.reply = make.newReply(turn.id);
        turn.reply = exchange.reply.id;
        model.index.messages[turn.reply] = { id: turn.reply, turn: turn.id };
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
    const turn = index.turns[id];
    if (!turn) return;
    for (const request of turn.requests) {
        delete index.requests[request];
        delete index.answered_requests[request];
        index.retired[request] = true;
    }
    for (const message of turn.reply ? [turn.message, turn.reply] : [turn.message]) {
        delete index.messages[message];
        index.retired[message] = true;
    }
    const project = index.projects[index.threads[turn.thread]?.project];
    if (project) delete project.active[id];
    delete index.active_turns[id];
    index.retired[id] = true;
    delete index.turns[id];
    delete transcript.exchanges[id];
}

function removeCheckpoint(index, id, root) {
    const checkpoint = index.checkpoints[id];
    if (!checkpoint) return;
    if (checkpoint.ref.type === 'Assigned') {
        const entry = make.gitRefGarbage(checkpoint, root);
        index.garbage[entry.id] = entry;
    }
    delete index.pending_checkpoints[id];
    index.retired[id] = true;
    delete index.checkpoints[id];
}

function removeThread(model, id) {
    const { index } = model;
    const thread = index.threads[id];
    if (!thread) return;
    const project = index.projects[thread.project];
    if (thread.session) {
        const entry = make.sessionGarbage(thread);
        index.garbage[entry.id] = entry;
    }
    for (const turn of thread.turns) removeTurn(model, turn);
    for (const checkpoint of thread.checkpoints) removeCheckpoint(index, checkpoint, project?.root ?? '');
    if (project) drop(project.threads, id);
    index.retired[id] = true;
    delete index.threads[id];
}

const on = {
    ProjectCreated({ index }, data) {
        index.roots[data.root_key] = { id: data.root_key, project: data.project };
        index.projects[data.project] = make.newProject(data, none);
    },
    ProjectDeleted(model, data) {
        const { index } = model;
        const project = index.projects[data.project];
        if (!project) return;
        for (const thread of [...project.threads]) removeThread(model, thread);
        delete index.roots[project.root_key];
        index.retired[data.project] = true;
        delete index.projects[data.project];
    },
    ThreadCreated({ index }, data) {
        const project = index.projects[data.project];
        if (!project) return;
        add(project.threads, data.thread);
        index.threads[data.thread] = make.newThread(data, none);
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
        model.index.messages[data.message] = { id: data.message, turn: data.turn };
        exchangeOf(model, data.turn)[data.role === 'user' ? 'input' : 'reply'] = {
            id: data.message, turn: data.turn, role: data.role, blocks: data.blocks,
        };
    },
    TurnStarted({ index }, data) {
        const thread = advance(index, data.thread);
        if (!thread) return;
        add(thread.turns, data.turn);
        thread.turns_started = Math.max(thread.turns_started, data.ordinal);
        thread.active = data.turn;
        const turn = (index.turns[data.turn] ??= make.newTurn(data, none));
        turn.state = 'starting';
        turn.ordinal = data.ordinal;
        turn.frozen = data.frozen;
        index.active_turns[data.turn] = true;
        const project = index.projects[thread.project];
        if (project) project.active[data.turn] = true;
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
        const thread = index.threads[turn.thread];
        if (thread?.active === turn.id) thread.active = undefined;
        const project = index.projects[thread?.project];
        if (project) delete project.active[turn.id];
        delete index.active_turns[turn.id];
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
        turn.tool_calls[data.call_id] = make.newCall(data);
        add(turn.running_calls, data.call_id);
    },
    ToolCallFinished(model, data) {
        const turn = take(model.index, data.turn, data.seq);
        const call = turn?.tool_calls[data.call_id];
        if (!call) return;
        call.status = data.status;
        drop(turn.running_calls, data.call_id);
        if (data.status === 'abandoned') return;
        exchangeOf(model, data.turn).outputs[data.call_id] = {
            id: data.call_id, output: data.output, is_error: data.is_error,
        };
    },
    ApprovalRequested(model, data) {
        const turn = take(model.index, data.turn, data.seq);
        if (!turn) return;
        seal(model, turn);
        model.index.requests[data.request] = make.newRequest(data);
        add(turn.requests, data.request);
        add(turn.open_requests, data.request);
        turn.pending_requests++;
        if (turn.state === 'running') turn.state = 'awaiting';
    },
    ApprovalAnswered({ index }, data) {
        const request = index.requests[data.request];
        const turn = request && take(index, request.turn);
        if (!turn) return;
        leavePending(turn, request);
        request.state = 'answered';
        request.decision = data.decision;
        const call = turn.tool_calls[request.tool_call];
        if (call && data.decision.type === 'Deny') call.denied = true;
        index.answered_requests[data.request] = true;
    },
    ApprovalDelivered({ index }, data) {
        const request = index.requests[data.request];
        const turn = request && take(index, request.turn, data.seq);
        if (!turn) return;
        leavePending(turn, request);
        request.state = 'delivered';
        drop(turn.open_requests, data.request);
        delete index.answered_requests[data.request];
    },
    CheckpointCreated({ index }, data) {
        const thread = advance(index, data.thread);
        if (!thread) return;
        add(thread.checkpoints, data.checkpoint);
        add(thread.pending_checkpoints, data.checkpoint);
        thread.next_checkpoint_ordinal = Math.max(thread.next_checkpoint_ordinal, data.ordinal + 1);
        index.pending_checkpoints[data.checkpoint] = true;
        index.checkpoints[data.checkpoint] = make.newCheckpoint(data);
    },
    CheckpointGitRefAssigned({ index }, data) {
        const checkpoint = index.checkpoints[data.checkpoint];
        if (!checkpoint) return;
        const thread = advance(index, checkpoint.thread);
        if (checkpoint.ref.type !== 'Pending') return;
        checkpoint.ref = make.assigned(data);
        if (thread) drop(thread.pending_checkpoints, data.checkpoint);
        delete index.pending_checkpoints[data.checkpoint];
    },
};

const reducers = Object.fromEntries(Object.entries(on).map(([type, reduce]) =>
    [type, (draft, action) => void reduce(draft, action.payload)]));

const slice = createSlice({
    name: 'orchestration',
    initialState: () => make.newModel(none),
    reducers: {
        ...reducers,
        /// Folds many events in one action, with one draft for all of them.
        folded(draft, action) {
            for (const { type, data } of action.payload) on[type](draft, data);
        },
    },
});

const actionOf = ({ type, data }) => (slice.actions[type] ?? make.unknown(type))(data);

const batchesOf = (events, count) => Array.from({ length: Math.ceil(events.length / count) }, (_, place) =>
    slice.actions.folded(events.slice(place * count, (place + 1) * count)));

const dispatched = (freezes, prepare) => ({
    prepare,
    fold(actions) {
        setAutoFreeze(freezes);
        const store = configureStore({ reducer: slice.reducer, devTools: false });
        for (const action of actions) store.dispatch(action);
        return store.getState();
    },
});

await serve({
    'store.dispatch': dispatched(true, events => events.map(actionOf)),
    'store.dispatch, no auto-freeze': dispatched(false, events => events.map(actionOf)),
    '1,000 events a dispatch, no auto-freeze': dispatched(false, events => batchesOf(events, 1000)),
});
