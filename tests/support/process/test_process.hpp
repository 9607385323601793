/// One test of this program in a process of its own, for tests of crashes and of whole reports.
/// Shape: the name of a test and arguments of env(1) in; the output and the status of the process out.
#pragma once

#include <string>

namespace evenfold::tests {

struct TestProcess {
    int status = 0; // as of waitpid; 0 if the test passed
    std::string output;
};

/// Runs the test `name` with these arguments of env(1), such as "EVENFOLD_SEED=7 -u RC_PARAMS".
[[nodiscard]] TestProcess run_in_own_process(const std::string& name, const std::string& environment);

} // namespace evenfold::tests
