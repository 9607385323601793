// fmodel-ts: a View with `evolve` and `initialState`, as its documentation requires.

import fmodel from '@fraktalio/fmodel-ts';

import * as byCopy from './by_copy.mjs';
import * as inPlace from './in_place.mjs';
import { serve } from './session.mjs';

const viewed = ({ emptyModel, evolve, modelOf }) => ({
    modelOf,
    fold(events) {
        const view = new fmodel.View(evolve, emptyModel());
        return events.reduce((state, event) => view.evolve(state, event), view.initialState);
    },
});

await serve({
    'View, evolve by copy': viewed(byCopy),
    'View, evolve in place': viewed(inPlace),
});
