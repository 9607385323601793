#include "evenfold/reactors/process/failure.hpp"

#include <fmt/format.h>

#include <cstring>

namespace evenfold::reactors::process {

std::string describe_exit(const ExitStatus& ended) {
    if (ended.code) return fmt::format("ended with {}", *ended.code);
    if (!ended.signal) return "ended, and the system does not report how";
    const char* name = ::sigdescr_np(*ended.signal);
    return fmt::format("was ended by signal {} ({})", *ended.signal, name ? name : "without a name");
}

} // namespace evenfold::reactors::process
