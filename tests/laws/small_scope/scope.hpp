/// The commands that a small-scope search tries: every command over a handful of ids, as data.
/// Shape: ids count from 1, including removed ones; `number_of` finds the number of an id, also of one that the decider
/// derives.
/// Source: D. Jackson, "Software Abstractions" (2006): most faults show in small scopes.
#pragma once

#include <bitset>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "evenfold/core/commands/orchestration.hpp"
#include "evenfold/tests/support/ids.hpp"

namespace evenfold::orchestration::tests::small_scope {

/// A set of kinds of commands, by their index in Command.
using Kinds = std::bitset<std::variant_size_v<Command>>;

namespace spelt {
template <class Ask, class... Asks>
consteval std::size_t place_of(std::type_identity<std::variant<Asks...>>) {
    std::size_t place = 0;
    bool found = false;
    ((found = found || std::is_same_v<Ask, Asks>, place += found ? 0 : 1), ...);
    return place;
}
} // namespace spelt

template <class... Asks>
[[nodiscard]] Kinds kinds() {
    Kinds all;
    (all.set(spelt::place_of<Asks>(std::type_identity<StandardVariant<Command>>{})), ...);
    return all;
}

/// The number of ids of each kind, the provider events and decisions that occur, and the commands that are left out.
struct Scope {
    std::string_view name;
    unsigned projects = 1;
    unsigned threads = 1;
    unsigned turns = 1;       // in all threads together
    unsigned checkpoints = 0; // manual ones, in addition to those that the decider makes
    unsigned commits = 0;
    std::vector<std::string> roots{"/a"};
    std::vector<WorkspaceChoice> workspaces{Root{}};
    std::vector<std::string> requests;          // of a turn, by the provider's ids
    std::vector<std::string> calls;             // of a turn
    std::vector<ProviderEvent> provider_events; // events that a provider may send, at any time
    std::vector<ApprovalDecision> decisions;    // decisions that a user may make
    Kinds without;
};

/// Every id that can occur in a scope, each kind in order.
struct Names {
    explicit Names(const Scope& scope);

    std::vector<ProjectId> projects;
    std::vector<ThreadId> threads;
    std::vector<TurnId> turns;
    std::vector<RequestId> requests;       // turn by turn
    std::vector<CheckpointId> checkpoints; // baselines by thread, ends by turn, then the manual ones
    std::vector<CommitId> commits;
};

/// Returns the position of `id` in `all`, counted from 1, or 0 if it is not there.
template <class SomeId>
[[nodiscard]] unsigned number_of(std::span<const SomeId> all, const SomeId& id) {
    for (std::size_t place = 0; place < all.size(); ++place) {
        if (all[place] == id) return static_cast<unsigned>(place + 1);
    }
    return 0;
}
template <class SomeId>
[[nodiscard]] unsigned number_of(const std::vector<SomeId>& all, const SomeId& id) {
    return number_of(std::span<const SomeId>(all), id);
}

// The scopes. Each leaves out something that another one has; the last one leaves nothing out.

/// One thread, three turns with a request each, checkpoints that are assigned or fail, reverts.
[[nodiscard]] Scope queues_and_reverts();

/// One thread, two turns, a checkpoint and a commit of the user's, reverts.
[[nodiscard]] Scope checkpoints_and_commits();

/// Two projects, two threads in root or worktree, two turns, deletions.
[[nodiscard]] Scope deletions();

/// One thread, two turns, two requests, a call, every event that a provider may send, sessions that are lost.
[[nodiscard]] Scope streams();

/// Two projects, two threads, three turns, two requests, two checkpoints, all commands: too many states to visit all.
[[nodiscard]] Scope whole();

} // namespace evenfold::orchestration::tests::small_scope
