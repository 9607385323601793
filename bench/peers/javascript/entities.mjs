// The entities that events create, for all folds; `none` creates the empty containers of a fold.

import { createHash } from 'node:crypto';

/// Like `derive` of evenfold: version 8 over SHA-256, with the mark ef01.
export function derive(parent, role, name = '') {
    const bytes = createHash('sha256')
        .update(Buffer.from(parent.replaceAll('-', ''), 'hex')).update(`${role}/${name}`).digest().subarray(0, 16);
    bytes[4] = 0xef;
    bytes[5] = 0x01;
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const digits = bytes.toString('hex');
    return [[0, 8], [8, 12], [12, 16], [16, 20], [20, 32]].map(([from, to]) => digits.slice(from, to)).join('-');
}

/// Containers that change in place, and containers of plain objects and arrays.
export const maps = { list: () => new Set(), set: () => new Set(), table: () => new Map() };
export const objects = { list: () => [], set: () => ({}), table: () => ({}) };

export const newModel = none => ({
    index: {
        projects: none.table(), roots: none.table(), threads: none.table(), turns: none.table(),
        messages: none.table(), requests: none.table(), checkpoints: none.table(), reverts: none.table(),
        commits: none.table(), garbage: none.table(), retired: none.set(), active_turns: none.set(),
        pending_worktrees: none.set(), pending_checkpoints: none.set(), pending_commits: none.set(),
        answered_requests: none.set(),
    },
    transcript: { exchanges: none.table() },
});

export const newProject = (data, none) => ({
    id: data.project, title: data.title, root: data.root, root_key: data.root_key, default_model: data.default_model,
    threads: none.list(), active: none.set(),
});

export const newThread = (data, none) => ({
    id: data.thread, project: data.project, title: data.title,
    settings: { model: data.model, policy: data.policy, mode: data.mode },
    workspace: data.workspace.type === 'Root' ? { type: 'Root' } : {
        type: 'Worktree', base_ref: data.workspace.base_ref, name: data.workspace.name, location: { type: 'Pending' },
    },
    archived: false, version: 1, turns: none.list(), turns_started: 0, active: undefined, queue: none.list(),
    hold: undefined, session: undefined, last_epoch: 0, checkpoints: none.list(), pending_checkpoints: none.list(),
    next_checkpoint_ordinal: 1, revert: undefined, commits: none.list(),
});

export const newTurn = (data, none) => ({
    id: data.turn, thread: data.thread, ordinal: undefined, state: 'starting', message: data.message,
    reply: undefined, frozen: undefined, dispatched: false, provider_ref: { type: 'Pending' }, last_seq: 0,
    blocks: 0, open_block: undefined, usage: undefined, stop_reason: undefined, reason: undefined,
    tool_calls: none.table(), running_calls: none.list(), requests: none.list(), open_requests: none.list(),
    pending_requests: 0, messages: none.list(),
});

export const newExchange = (id, none) => ({
    id, input: undefined, reply: undefined, outputs: none.table(), notices: [],
});

export const newReply = turn => ({ id: derive(turn, 'assistant'), turn, role: 'assistant', blocks: [] });

export const newText = (text, parent) => ({ type: 'Text', text, sealed: false, parent });

export const newToolUse = data => ({
    type: 'ToolUse', call_id: data.call_id, name: data.name, input: data.input, parent: data.parent,
});

export const newCall = data => ({
    id: data.call_id, name: data.name, parent: data.parent, status: 'running', block: data.block,
    run_by_provider: data.run_by_provider, denied: false,
});

export const newRequest = data => ({
    id: data.request, turn: data.turn, provider_id: data.provider_request, tool_call: data.call_id, kind: data.kind,
    state: 'pending', decision: undefined, expiry: undefined,
});

export const newCheckpoint = data => ({
    id: data.checkpoint, thread: data.thread, ordinal: data.ordinal, kind: data.kind, after_turn: data.after_turn,
    label: data.label, ref: { type: 'Pending' },
});

export const assigned = data => ({ type: 'Assigned', value: { git_ref: data.git_ref, files: data.files } });

/// Returns the garbage entry of a checkpoint whose ref was assigned.
export const gitRefGarbage = (checkpoint, root) => ({
    id: derive(checkpoint.id, 'git-ref', checkpoint.ref.value.git_ref),
    resource: {
        type: 'GitRefResource', thread: checkpoint.thread, root, checkpoint: checkpoint.id,
        git_ref: checkpoint.ref.value.git_ref,
    },
});

/// Returns the garbage entry of a thread that has a session.
export const sessionGarbage = thread => ({
    id: derive(thread.id, 'session', String(thread.session.epoch)),
    resource: { type: 'SessionResource', thread: thread.id, ...thread.session },
});

export const unknown = type => {
    throw new Error(`no event of the mix is a ${type}`);
};
