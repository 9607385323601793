// Emmett: the events are in one stream of its in-memory event store, and aggregateStream folds them by `evolve`.
// Appending to the store is outside the measured time; reading from it is part of aggregateStream.

import { getInMemoryEventStore } from '@event-driven-io/emmett';

import * as byCopy from './by_copy.mjs';
import * as inPlace from './in_place.mjs';
import { serve } from './session.mjs';

const stream = 'orchestration';

const aggregated = ({ emptyModel, evolve, modelOf }) => ({
    modelOf,
    async prepare(events) {
        const store = getInMemoryEventStore();
        await store.appendToStream(stream, events.map(({ type, data }) => ({ type, data })));
        return store;
    },
    async fold(store) {
        const { state } = await store.aggregateStream(stream, { evolve, initialState: emptyModel });
        return state;
    },
});

await serve({
    'aggregateStream, evolve by copy': aggregated(byCopy),
    'aggregateStream, evolve in place': aggregated(inPlace),
});
