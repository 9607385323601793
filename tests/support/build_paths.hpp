/// Paths of this build: the source tree, and the programs that tests start.
/// Shape: functions, so that only build_paths.cpp has the paths in its command and every other object can come from
/// the compiler cache of a clone in another folder.
#pragma once

#include <string>

namespace evenfold::tests {

/// Returns the absolute path of the source tree.
[[nodiscard]] const std::string& source_tree();

/// Returns the absolute path of the agent program that stands in for a real one.
[[nodiscard]] const std::string& stand_in_agent();

/// Returns the absolute path of the program evenfold, or an empty string if this build has no program.
[[nodiscard]] const std::string& program_file();

} // namespace evenfold::tests
