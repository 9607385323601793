/// Random edits of a work tree, as an agent, a build and a person make them between two checkpoints.
/// Shapes: any kind of file may become any other kind; there are few names, so that edits collide.
/// Deterministic: the same dice produce the same edits.
#pragma once

#include <random>
#include <string>

#include "evenfold/tests/reactors/git/sandbox.hpp"

namespace evenfold::git_test {

using Dice = std::mt19937_64;

/// Returns a random number below `end`.
[[nodiscard]] std::size_t roll(Dice& dice, std::size_t end);

/// Makes one to eight edits.
void edit(const Sandbox& box, Dice& dice);

/// Returns whether `path` is the ignored directory of these edits, or is in it.
[[nodiscard]] bool is_ignored_there(const std::string& path);

} // namespace evenfold::git_test
