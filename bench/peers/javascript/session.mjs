// A peer's side of the protocol of bench/peers/run; see bench/peers/README.md.

import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

import { digest } from './digest.mjs';

/// Serves `variants` by name: `prepare(events)` runs before the clock starts, `fold(prepared)` is timed. `parse(lines)`
/// is for peers that naturally fold the text itself. `modelOf(folded)` converts a state whose shape differs from
/// evenfold's model.
export async function serve(variants) {
    const [path, name] = process.argv.slice(2);
    const variant = variants[name];
    if (!variant) throw new Error(`there is no variant ${name}, but ${Object.keys(variants).join(', ')}`);
    const lines = readFileSync(path, 'utf8').split('\n');
    lines.pop();
    const events = lines.map(line => JSON.parse(line));
    if (!variant.parse) lines.length = 0;
    const prepared = variant.prepare ? await variant.prepare(events) : events;
    console.log(`ready ${events.length}`);
    let model;
    const timed = async work => {
        model = undefined;
        globalThis.gc?.();
        const begin = process.hrtime.bigint();
        model = await work();
        console.log(String(process.hrtime.bigint() - begin));
    };
    for await (const request of createInterface({ input: process.stdin })) {
        if (request === 'fold') await timed(() => variant.fold(prepared));
        else if (request === 'parse' && variant.parse) await timed(() => variant.parse(lines));
        else if (request === 'digest') console.log(digest(variant.modelOf?.(model) ?? model));
        else throw new Error(`unknown request: ${request}`);
    }
}
