/// Pipes and terminals between a test and the program that it runs.
/// Shape: the first descriptor of a pair is the test's for output of the program. Fails the test if none can be made.
#pragma once

#include <array>

namespace evenfold::cli_test {

using DescriptorPair = std::array<int, 2>;

[[nodiscard]] DescriptorPair make_pipe();

/// Returns the parent's and the child's end of a new terminal.
[[nodiscard]] DescriptorPair make_terminal();

/// Returns whether terminals can be created. In a chroot without /dev/pts they cannot.
[[nodiscard]] bool has_terminals();

} // namespace evenfold::cli_test
