#include "evenfold/bench/machine.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <fstream>
#include <thread>

namespace evenfold::bench {
namespace {

std::string processor() {
    std::ifstream about("/proc/cpuinfo");
    for (std::string line; std::getline(about, line);) {
        const std::size_t colon = line.find(": ");
        if (colon != std::string::npos && (line.starts_with("model name") || line.starts_with("Model")))
            return line.substr(colon + 2);
    }
    return "unknown";
}

} // namespace

Machine machine_of(const Build& build) {
    utsname system{};
    const bool is_known = ::uname(&system) == 0;
    return {.processor = processor(),
            .processors = std::thread::hardware_concurrency(),
            .system = is_known ? fmt::format("{} {} {}", system.sysname, system.release, system.machine) : "unknown",
            .compiler = std::string(build.compiler),
            .build = std::string(build.kind),
            .flags = std::string(build.flags),
            .optimised = build.optimised,
            .assertions = build.assertions,
            .sanitised = build.sanitised};
}

std::vector<std::string> warnings_of(const Machine& machine) {
    std::vector<std::string> warnings;
    if (!machine.optimised)
        warnings.emplace_back("NOT OPTIMISED: these figures are meaningless; build with -O2, or as Release");
    if (machine.sanitised) warnings.emplace_back("SANITISED: these figures are meaningless; build without sanitizers");
    if (machine.optimised && machine.assertions)
        warnings.emplace_back("assertions are on: build with -DNDEBUG, or as Release, to measure a release");
    return warnings;
}

} // namespace evenfold::bench
