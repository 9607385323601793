/// The search of all states of a small scope, breadth first, each state once. Reports a violation with a shortest path.
/// Shape: a state is a model up to its key (small_scope/key.hpp); every letter is tried in every state.
/// Cost: about 10 microseconds per decision; 40 bytes per state, because models are rebuilt along the path.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "evenfold/tests/laws/small_scope/laws.hpp"
#include "evenfold/tests/laws/small_scope/scope.hpp"

namespace evenfold::orchestration::tests::small_scope {

/// A violation, and the fewest commands that lead to it.
struct Found {
    std::string violation;
    std::vector<Command> path;
};

/// Returns the path as a test that can be pasted beside those of small_scope_test.cpp.
[[nodiscard]] std::string test_of(const Found& found);

struct Outcome {
    std::size_t states = 0;
    std::size_t transitions = 0; // decisions with events
    std::size_t depth = 0;       // of the last layer that was visited
    std::size_t met = 0;         // models compared with one of the same key
    bool exhausted = false;      // no state is left
    double seconds = 0;
    Kinds asked;
    Kinds moved;                 // those kinds that caused events
    std::set<std::string> turns; // moves of turns, event by event: "queued > starting"
    std::set<std::string> requests;
    std::optional<Found> found;
};

/// Returns one line for a person.
[[nodiscard]] std::string summary(const Scope& scope, const Outcome& outcome);

using KeyOf = std::function<std::string(const Names&, const Scope&, const Model&)>;

struct Search {
    Functions core = functions_of<Core>;
    std::size_t states_max = 10'000'000; // the search stops there, and at the first violation
    std::size_t meeting_every = 499;     // compares only every n-th meeting of a known key
    KeyOf key;                           // key_of, unless a test replaces it
};

/// Searches `scope` up to the limits of `search`. Checks the laws on every decision, and the structure of the model
/// after each. Checks all laws of a state on each new state and on every `meeting_every`-th model whose key is already
/// known. Such a model must also react to every letter as the first model of its key did.
[[nodiscard]] Outcome explore(const Scope& scope, const Search& search);

} // namespace evenfold::orchestration::tests::small_scope
