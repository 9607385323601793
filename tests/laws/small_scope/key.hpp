/// The key of a model: the facts on which its decisions within a scope depend, and nothing else.
/// Shape: one byte per fact, in the order of the ids; equal keys mean equal behaviour. The search compares a sample of
/// models with equal keys by their decisions.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/tests/laws/small_scope/scope.hpp"

namespace evenfold::orchestration::tests::small_scope {

/// Returns the key, for a scope of at most 250 ids of a kind. Equal keys are a bisimulation: both models decide each
/// letter of the alphabet with events of the same kinds, or with the same kind of error, and have equal keys again
/// after it. The reasons why the omitted facts make no difference:
/// - versions, seqs, epochs, policies and ids of reverts: letters state them relative to the model's
/// (small_scope/alphabet.hpp); decisions compare them with the model's own and with nothing else;
/// - ordinals and counts of turns, checkpoints and blocks: they are only incremented and copied to events. Whether a
/// first turn was ever started is read, and kept;
/// - titles, inputs, content, usage, reasons, roots of garbage: copied to events, and compared only with the text of
/// the same letter. A scope has one text each for them, so that only the slot's state makes a difference;
/// - how a turn ended, and what was left of it, unless it may be continued: nothing more happens to it, and the laws of
/// structure are checked on each model whatever its key is;
/// - which derived ids are gone: they are absent, and return no more than their turn or thread does;
/// - messages and derived sets: each message comes and goes with its turn, the sets with what they are derived from;
/// - the turns that a revert will remove: they follow from its target, because nothing begins while it is under way.
[[nodiscard]] std::string key_of(const Names& names, const Scope& scope, const Model& model);

/// A key in 128 bits. Among a hundred million keys, two collide with a probability of one in 10^22.
struct Hash {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    friend bool operator==(const Hash&, const Hash&) = default;
    friend std::size_t hash_value(const Hash& hash) { return static_cast<std::size_t>(hash.low); }
};
[[nodiscard]] Hash hash_of(std::string_view key);

} // namespace evenfold::orchestration::tests::small_scope
