#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/tests/laws/suite.hpp"
#include "evenfold/tests/laws/suite/law_parts.hpp"

namespace evenfold::orchestration::tests {
CoreLaws structure_laws() {
    return {
        structural("L10", "every child's parent exists, and parents list exactly their children, once, in order"),
        structural("L11", "live root keys are unique; every id is used at most once over all time"),
        structural("L12", "at most one turn of a thread is active, and it is thread.active"),
        structural("L13", "a queue lists the queued turns in order; a queue in an idle thread is held"),
        structural("L14", "an open request's turn is active; a turn is awaiting while a request is pending"),
        structural("L15", "a terminal turn has no open block, no running call, no open request"),
        structural("L16", "derived values equal their recomputation"),
        structural("L17", "ordinals of checkpoints and turns strictly increase within a thread"),
        structural("L18", "a slot changes at most once"),
        structural("L21", "every dispatched terminal turn has exactly one end checkpoint"),
    };
}

} // namespace evenfold::orchestration::tests
