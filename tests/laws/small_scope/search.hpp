/// The search of all states of a small scope, breadth first, each once: what it breaks it tells by a shortest path.
/// Shape: a state is a model up to its key (small_scope/key.hpp); every letter is asked of every state.
/// Cost: about 10 microseconds an answer; 40 bytes a state, for models are made anew along the path.
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

/// What is broken, and the fewest commands that lead there.
struct Found {
    std::string told;
    std::vector<Command> path;
};

/// The path as a test to be pasted beside those of small_scope_test.cpp.
[[nodiscard]] std::string test_of(const Found& found);

struct Outcome {
    std::size_t states = 0;
    std::size_t transitions = 0; // answers with events
    std::size_t depth = 0;       // of the last layer that was asked
    std::size_t met = 0;         // models compared with one of the same key
    bool exhausted = false;      // no state is left
    double seconds = 0;
    Kinds asked;
    Kinds moved;                 // those of them that made something happen
    std::set<std::string> turns; // moves of a turn seen, event by event: "queued > starting"
    std::set<std::string> requests;
    std::optional<Found> found;
};

/// One line for a person.
[[nodiscard]] std::string told(const Scope& scope, const Outcome& outcome);

using KeyOf = std::function<std::string(const Names&, const Scope&, const Model&)>;

struct Search {
    Functions core = functions_of<Core>;
    std::size_t states_max = 10'000'000; // stops there, and at the first thing broken
    std::size_t meeting_every = 499;     // which meetings are looked at
    KeyOf key;                           // key_of, unless a test puts another in its place
};

/// All that `search` has time for. Every answer, and the structure of every model after one, is held to the laws; so is
/// all else that is asked of a state, for each new one and every so many-th that meets a key seen before. That one must
/// also answer every letter as the first of its key did.
[[nodiscard]] Outcome searched(const Scope& scope, const Search& search);

} // namespace evenfold::orchestration::tests::small_scope
