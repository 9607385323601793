#include "evenfold/system/secrets/core_dumps.hpp"

#include <cerrno>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace evenfold::system {

namespace {

std::unexpected<Failure> not_forbidden(int error) {
    return std::unexpected(
        Failure{.kind = kind_of_errno(error),
                .what = "core files of this process cannot be forbidden: " + message_of_errno(error),
                .remedy = "Allow the system calls prctl and setrlimit, which a sandbox may forbid."});
}

} // namespace

std::expected<void, Failure> forbid_core_dumps() {
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return not_forbidden(errno);
    struct rlimit limit{};
    if (::getrlimit(RLIMIT_CORE, &limit) != 0) return not_forbidden(errno);
    limit.rlim_cur = 0; // not the hard limit, which programs that it starts could never raise again
    if (::setrlimit(RLIMIT_CORE, &limit) != 0) return not_forbidden(errno);
    return {};
}

} // namespace evenfold::system
