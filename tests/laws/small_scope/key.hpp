/// The key of a model: what its answers within a scope depend on, and nothing else.
/// Shape: a byte a fact, in the order of the ids; equal keys, equal behaviour. The search compares such models by their
/// answers, for a sample.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/tests/laws/small_scope/scope.hpp"

namespace evenfold::orchestration::tests::small_scope {

/// The key, for a scope of at most 250 ids of a kind. Equal keys are a bisimulation: both models answer each letter of
/// the alphabet with events of the same kinds, or with the same kind of error, and have equal keys again after it.
/// Why each thing that is left out cannot tell:
/// - versions, seqs, epochs, policies and ids of reverts: letters tell them relative to the model's
///   (small_scope/alphabet.hpp); decisions compare them with the model's own and with nothing else;
/// - ordinals and counts of turns, checkpoints and blocks: they are only counted on and handed out. Whether a first
///   turn was ever started is read, and kept;
/// - titles, inputs, content, usage, reasons, roots of garbage: handed out, and compared only with what the same letter
///   says again. A scope has one text each for them, so that it is the slot's state that tells;
/// - how a turn ended, and what was left of it: nothing more happens to an ended turn, and each model is held to the
///   laws of structure whatever its key is;
/// - which derived ids are gone: they are absent, and come back no more than their turn or thread does;
/// - messages and derived sets: each message comes and goes with its turn, the sets with what they are derived from;
/// - what a revert will remove: it follows from its target, since nothing begins while it is under way.
[[nodiscard]] std::string key_of(const Names& names, const Scope& scope, const Model& model);

/// A key in 128 bits: of a hundred million, two are the same with a chance of one in 10^22.
struct Hash {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    friend bool operator==(const Hash&, const Hash&) = default;
    friend std::size_t hash_value(const Hash& hash) { return static_cast<std::size_t>(hash.low); }
};
[[nodiscard]] Hash hash_of(std::string_view key);

} // namespace evenfold::orchestration::tests::small_scope
