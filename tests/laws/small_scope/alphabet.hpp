/// The letters of a scope: each a command, aimed at the model that it is asked of.
/// Shape: what counts up (seqs, epochs, versions, ids of reverts) is told as a distance from the model's, so that
/// every letter means the same in models that differ in those numbers only.
/// Cost: a letter is aimed in O(1), and asked again and again without being made anew.
#pragma once

#include <cstdint>
#include <vector>

#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/tests/laws/small_scope/scope.hpp"

namespace evenfold::orchestration::tests::small_scope {

/// `asked` as it stands, but for what is relative: `distance` from the model's number; of the revert of `thread`; from
/// a session that the thread does not have.
struct Letter {
    Command asked;
    std::uint64_t distance = 0;
    ThreadId thread{};
    bool stale = false;
    bool by_shape = false; // made from the command's shape, because nobody wrote letters for it
};

/// A scope that leaves nothing out has a letter of each command: those that nobody wrote are made from its shape.
class Alphabet {
public:
    explicit Alphabet(const Scope& scope);

    [[nodiscard]] std::size_t size() const { return letters_.size(); }

    /// What kinds of commands there are among the letters.
    [[nodiscard]] Kinds kinds() const;

    /// The places of the letters that are made from shapes. Keys do not know what such a command depends on; the search
    /// adds the answers to these letters to the key of a model.
    [[nodiscard]] const std::vector<std::size_t>& by_shape() const { return by_shape_; }

    /// Letter `place` as it is asked of `model`; null when it comes too early: new ids are used in order. Good until
    /// the next call.
    [[nodiscard]] const Command* aimed(std::size_t place, const Model& model);

private:
    std::vector<Letter> letters_;
    std::vector<std::size_t> by_shape_;
};

} // namespace evenfold::orchestration::tests::small_scope
