// The digest of the whole model (docs/digest.md). A table may be a Map or an object by id, a set a Set or an object by
// id, an ordered set an array or a Set.

import { createHash } from 'node:crypto';

class Walk {
    hash = createHash('sha256');
    buffer = Buffer.alloc(1 << 20);
    filled = 0;

    number(value) {
        this.reserve(8);
        this.buffer.writeBigUInt64BE(BigInt(value), this.filled);
        this.filled += 8;
    }
    text(text) {
        const bytes = Buffer.from(text, 'utf8');
        this.number(bytes.length);
        this.bytes(bytes);
    }
    bytes(bytes) {
        this.reserve(bytes.length);
        if (bytes.length > this.buffer.length) this.hash.update(bytes);
        else this.filled += bytes.copy(this.buffer, this.filled);
    }
    reserve(count) {
        if (this.filled + count <= this.buffer.length) return;
        this.hash.update(this.buffer.subarray(0, this.filled));
        this.filled = 0;
    }
    finish() {
        this.hash.update(this.buffer.subarray(0, this.filled));
        return this.hash.digest('hex');
    }
}

// Each shape is a function that adds a value to a walk.

const number = (walk, value) => walk.number(value);
const boolean = (walk, value) => {
    if (typeof value !== 'boolean') throw new Error(`no boolean: ${value}`);
    walk.number(value ? 1 : 0);
};
const text = (walk, value) => walk.text(value);
const id = (walk, value) => walk.bytes(Buffer.from(value.replaceAll('-', ''), 'hex'));

const optional = shape => (walk, value) => {
    const held = value !== undefined && value !== null;
    walk.number(held ? 1 : 0);
    if (held) shape(walk, value);
};

const structure = fields => {
    const all = Object.entries(fields);
    return (walk, value) => {
        walk.number(all.length);
        for (const [name, shape] of all) {
            walk.text(name);
            shape(walk, value[name]);
        }
    };
};

const variant = alternatives => (walk, value) => {
    walk.text(value.type);
    alternatives[value.type](walk, value);
};

const told = (walk, all, shape) => {
    walk.number(all.length);
    for (const one of all) shape(walk, one);
};
const ascending = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

const list = shape => (walk, value) => told(walk, [...value], shape);
const set = shape => (walk, value) =>
    told(walk, (value instanceof Set ? [...value] : Object.keys(value)).sort(ascending), shape);
const table = shape => (walk, value) =>
    told(walk, (value instanceof Map ? [...value.values()] : Object.values(value))
        .sort((a, b) => ascending(a.id, b.id)), shape);

const nothing = structure({});
const slot = shape => variant({
    Pending: nothing, Assigned: structure({ value: shape }), Failed: structure({ reason: text }),
});

const settings = structure({ model: text, policy: text, mode: text });
const usage = structure({
    input_tokens: number, output_tokens: number, cache_read_tokens: number, cache_write_tokens: number,
    cost_usd_micros: optional(number),
});
const project = structure({
    id, title: text, root: text, root_key: text, default_model: optional(text), threads: list(id), active: set(id),
});
const thread = structure({
    id, project: id, title: text, settings,
    workspace: variant({
        Root: nothing,
        Worktree: structure({
            base_ref: text, name: text, location: slot(structure({ path: text, branch: text })),
        }),
    }),
    archived: boolean, version: number, turns: list(id), turns_started: number, active: optional(id), queue: list(id),
    hold: optional(text), session: optional(structure({ epoch: number, session_ref: text })), last_epoch: number,
    checkpoints: list(id), pending_checkpoints: list(id), next_checkpoint_ordinal: number, revert: optional(id),
    commits: list(id),
});
const call = structure({
    id: text, name: text, parent: optional(text), status: text, block: number, run_by_provider: boolean,
    denied: boolean,
});
const turn = structure({
    id, thread: id, ordinal: optional(number), state: text, message: id, reply: optional(id),
    frozen: optional(settings), dispatched: boolean, provider_ref: slot(text), last_seq: number, blocks: number,
    open_block: optional(structure({ index: number, kind: text, parent: optional(text) })), usage: optional(usage),
    stop_reason: optional(text), reason: optional(text), tool_calls: table(call), running_calls: list(text),
    requests: list(id), open_requests: list(id), pending_requests: number, messages: list(text),
});
const request = structure({
    id, turn: id, provider_id: text, tool_call: optional(text),
    kind: variant({
        ToolApproval: structure({ name: text, summary: text }),
        Question: structure({ items: list(structure({ text, options: list(text) })) }),
    }),
    state: text,
    decision: optional(variant({
        Allow: nothing, AllowForSession: nothing, Deny: structure({ feedback: optional(text) }),
        Answer: structure({ answers: list(text) }),
    })),
    expiry: optional(text),
});
const checkpoint = structure({
    id, thread: id, ordinal: number, kind: text, after_turn: optional(id), label: optional(text),
    ref: slot(structure({ git_ref: text, files: list(text) })),
});
const garbage = structure({
    id,
    resource: variant({
        GitRefResource: structure({ thread: id, root: text, checkpoint: id, git_ref: text }),
        WorktreeResource: structure({ thread: id, root: text, path: text, branch: text }),
        SessionResource: structure({ thread: id, epoch: number, session_ref: text }),
    }),
});
const message = structure({
    id, turn: id, role: text,
    blocks: list(variant({
        Text: structure({ text, sealed: boolean, parent: optional(text) }),
        ToolUse: structure({ call_id: text, name: text, input: text, parent: optional(text) }),
    })),
});
const exchange = structure({
    id, input: optional(message), reply: optional(message),
    outputs: table(structure({ id: text, output: text, is_error: boolean })),
    notices: list(structure({ level: text, text })),
});
const never = table(() => {
    throw new Error('no event of the mix makes this');
});
const model = structure({
    index: structure({
        projects: table(project), roots: table(structure({ id: text, project: id })), threads: table(thread),
        turns: table(turn), messages: table(structure({ id, turn: id })), requests: table(request),
        checkpoints: table(checkpoint), reverts: never, commits: never, garbage: table(garbage), retired: set(id),
        active_turns: set(id), pending_worktrees: set(id), pending_checkpoints: set(id), pending_commits: set(id),
        answered_requests: set(id),
    }),
    transcript: structure({ exchanges: table(exchange) }),
});

/// Returns the 64 hexadecimal digits of a whole model's digest.
export function digest(value) {
    const walk = new Walk();
    model(walk, value);
    return walk.finish();
}
