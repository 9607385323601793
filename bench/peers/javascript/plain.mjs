// Hand-written JavaScript, in place.

import { emptyModel, evolve } from './in_place.mjs';
import { serve } from './session.mjs';

await serve({
    'in place': {
        fold(events) {
            const model = emptyModel();
            for (const event of events) evolve(model, event);
            return model;
        },
        parse(lines) {
            const model = emptyModel();
            for (const line of lines) evolve(model, JSON.parse(line));
            return model;
        },
    },
});
