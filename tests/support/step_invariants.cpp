#include <array>
#include <iterator>

#include "evenfold/tests/support/invariants.hpp"

namespace evenfold::orchestration::tests {
namespace {

/// Calls `visit(entity before, entity after)` for each entity that both models have.
template <class T, class Visit>
void each_kept(const Table<T>& before, const Table<T>& after, Visit visit) {
    for (const T* was : before.sorted()) {
        if (const T* is = after.find(was->id)) visit(*was, *is);
    }
}

void note(Violations& found, bool holds, std::string_view claim) {
    if (!holds) found.emplace_back(claim);
}

Violations retired_for_ever(const Model& before, const Model& after) {
    Violations found;
    for (const Uuid& id : before->index.retired.sorted())
        note(found, after->index.retired.contains(id), "L11: an id is unretired");
    return found;
}

Violations counters(const Model& before, const Model& after) {
    Violations found;
    each_kept(before->index.threads, after->index.threads, [&](const Thread& was, const Thread& is) {
        note(found, is.last_epoch >= was.last_epoch, "L17: an epoch decreased");
        note(found, is.next_checkpoint_ordinal >= was.next_checkpoint_ordinal, "L17: checkpoint ordinals decreased");
        note(found, is.turns_started >= was.turns_started, "L17: turn ordinals decreased");
        note(found, is.version >= was.version, "L17: a version decreased");
    });
    each_kept(before->index.turns, after->index.turns, [&](const Turn& was, const Turn& is) {
        note(found, is.last_seq >= was.last_seq, "L17: a turn's last seq decreased");
    });
    return found;
}

template <class T>
bool kept(const Slot<T>& before, const Slot<T>& after) {
    return is_pending(before) || before == after;
}

Violations slots(const Model& before, const Model& after) {
    Violations found;
    each_kept(before->index.turns, after->index.turns, [&](const Turn& was, const Turn& is) {
        note(found, kept(was.provider_ref, is.provider_ref), "L18: a provider reference changed");
    });
    each_kept(before->index.checkpoints, after->index.checkpoints, [&](const Checkpoint& was, const Checkpoint& is) {
        note(found, kept(was.ref, is.ref), "L18: a checkpoint's ref changed");
    });
    each_kept(before->index.commits, after->index.commits, [&](const Commit& was, const Commit& is) {
        note(found, kept(was.ref, is.ref), "L18: a commit's ref changed");
    });
    each_kept(before->index.threads, after->index.threads, [&](const Thread& was, const Thread& is) {
        const auto* old = std::get_if<Worktree>(&was.workspace);
        const auto* now = std::get_if<Worktree>(&is.workspace);
        note(found, !old == !now && (!old || kept(old->location, now->location)), "L18: a worktree changed");
    });
    return found;
}

bool may_follow(TurnState from, TurnState to) {
    using enum TurnState;
    if (from == to) return true;
    switch (from) {
    case queued: return to == cancelled || is_active(to) || to == failed || to == interrupted;
    case starting: return to != queued && to != cancelled;
    case running:
    case awaiting: return to != queued && to != cancelled && to != starting;
    case interrupting: return to == completed || to == failed || to == interrupted;
    case completed:
    case failed:
    case interrupted: return to == running; // its output continues
    default: return false;
    }
}

bool may_follow(RequestState from, RequestState to) {
    if (from == to) return true;
    if (from == RequestState::pending) return true; // the provider settles it: answered and delivered at once
    return from == RequestState::answered && to != RequestState::pending;
}

Violations machines(const Model& before, const Model& after) {
    Violations found;
    each_kept(before->index.turns, after->index.turns, [&](const Turn& was, const Turn& is) {
        note(found, may_follow(was.state, is.state), "L19: a turn made a forbidden transition");
        note(found, !was.dispatched || is.dispatched, "L19: a turn lost its dispatch");
        note(found, !was.frozen || was.frozen == is.frozen, "L19: a turn's frozen settings changed");
    });
    each_kept(before->index.requests, after->index.requests, [&](const Request& was, const Request& is) {
        note(found, may_follow(was.state, is.state), "L19: a request made a forbidden transition");
    });
    return found;
}

Violations sessions(const Model& before, const Model& after) {
    Violations found;
    each_kept(before->index.threads, after->index.threads, [&](const Thread& was, const Thread& is) {
        const Turn* turn = was.session && !is.session && was.active ? before->index.find(*was.active) : nullptr;
        note(found, !turn || !turn->dispatched || is.active != was.active, "L35: a turn outlives its session");
    });
    return found;
}

/// Returns whether the turn changed only in that it runs again.
bool is_continued(const Turn& was, const Turn& is) {
    if (was.state == TurnState::cancelled) return false;
    Turn expected = was;
    expected.state = TurnState::running;
    expected.stop_reason.reset();
    expected.reason.reset();
    return is == expected;
}

Violations ended_stay(const Model& before, const Model& after) {
    Violations found;
    each_kept(before->index.turns, after->index.turns, [&](const Turn& was, const Turn& is) {
        note(found, !is_terminal(was.state) || was == is || is_continued(was, is), "L28: a turn changed after its end");
    });
    return found;
}

Violations retired(const Model& before, const Model& after) {
    Violations found;
    const auto gone = [&](const auto& was, const auto& is) {
        for (const auto* entity : was.sorted())
            note(found, is.contains(entity->id) || after->index.retired.contains(entity->id.uuid),
                 "L29: an entity vanished without being retired");
    };
    gone(before->index.projects, after->index.projects);
    gone(before->index.threads, after->index.threads);
    gone(before->index.turns, after->index.turns);
    gone(before->index.messages, after->index.messages);
    gone(before->index.requests, after->index.requests);
    gone(before->index.checkpoints, after->index.checkpoints);
    gone(before->index.reverts, after->index.reverts);
    gone(before->index.commits, after->index.commits);
    return found;
}

constexpr std::array<StepInvariant, 7> all_invariants{{{"L11", retired_for_ever},
                                                       {"L17", counters},
                                                       {"L18", slots},
                                                       {"L19", machines},
                                                       {"L28", ended_stay},
                                                       {"L29", retired},
                                                       {"L35", sessions}}};

} // namespace

std::span<const StepInvariant> step_invariants() {
    return all_invariants;
}

Violations violations(const Model& before, const Model& after) {
    Violations all;
    for (const StepInvariant& invariant : all_invariants) {
        Violations found = invariant.look(before, after);
        all.insert(all.end(), std::move_iterator(found.begin()), std::move_iterator(found.end()));
    }
    return all;
}

} // namespace evenfold::orchestration::tests
