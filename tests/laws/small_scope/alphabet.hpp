/// The letters of a scope: commands, each adjusted to the model that it is tried on.
/// Shape: numbers that count up (seqs, epochs, versions, ids of reverts) are distances from the model's numbers, so
/// that every letter means the same in models that differ in those numbers only.
/// Cost: a letter is adjusted in O(1) and reused without being rebuilt.
#pragma once

#include <cstdint>
#include <vector>

#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/tests/laws/small_scope/scope.hpp"

namespace evenfold::orchestration::tests::small_scope {

/// The command `asked`, unchanged except for its relative parts: `distance` from the model's number, the revert of
/// `thread`, or a session that the thread does not have.
struct Letter {
    Command asked;
    std::uint64_t distance = 0;
    ThreadId thread{};
    bool stale = false;
    bool by_shape = false; // made from the command's shape, because it has no hand-written letters
};

/// The letters of a scope. A scope that leaves nothing out has a letter of each command; commands without hand-written
/// letters get letters from their shape.
class Alphabet {
public:
    explicit Alphabet(const Scope& scope);

    [[nodiscard]] std::size_t size() const { return letters_.size(); }

    /// Returns the kinds of commands among the letters.
    [[nodiscard]] Kinds kinds() const;

    /// Returns the indices of the letters that are made from shapes. Keys do not cover the state that these commands
    /// depend on; therefore the search adds the decisions on these letters to the key of a model.
    [[nodiscard]] const std::vector<std::size_t>& by_shape() const { return by_shape_; }

    /// Returns the letter `place` adjusted to `model`, or null if it comes too early, because new ids are used in
    /// order. The pointer is valid until the next call.
    [[nodiscard]] const Command* aimed(std::size_t place, const Model& model);

private:
    std::vector<Letter> letters_;
    std::vector<std::size_t> by_shape_;
};

} // namespace evenfold::orchestration::tests::small_scope
