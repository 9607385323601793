/// Edits of a work tree drawn from a seed: what an agent, a build and a person do between two checkpoints.
/// Shapes: any kind of file becomes any other; a few names, so that they meet.
/// Deterministic: the same dice give the same edits.
#pragma once

#include <random>
#include <string>

#include "evenfold/tests/reactors/git/sandbox.hpp"

namespace evenfold::git_test {

using Dice = std::mt19937_64;

/// A number below `end`.
[[nodiscard]] std::size_t roll(Dice& dice, std::size_t end);

/// Does one to eight edits.
void edit(const Sandbox& box, Dice& dice);

/// Whether these edits would make a file of that path that is ignored.
[[nodiscard]] bool is_ignored_there(const std::string& path);

} // namespace evenfold::git_test
