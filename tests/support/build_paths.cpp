#include "evenfold/tests/support/build_paths.hpp"

namespace evenfold::tests {

const std::string& source_tree() {
    static const std::string path = EVENFOLD_SOURCE_DIR;
    return path;
}

const std::string& stand_in_agent() {
    static const std::string path = EVENFOLD_STAND_IN_FILE;
    return path;
}

const std::string& program_file() {
    static const std::string path = EVENFOLD_PROGRAM_FILE;
    return path;
}

} // namespace evenfold::tests
