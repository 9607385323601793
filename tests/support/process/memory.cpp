#include "evenfold/tests/support/process/memory.hpp"

#include <fstream>
#include <malloc.h>
#include <string>
#include <string_view>

namespace evenfold::tests {

std::size_t heap_in_use() {
    const struct mallinfo2 usage = ::mallinfo2();
    return usage.uordblks + usage.hblkhd;
}

std::size_t peak_memory_of(int process) {
    constexpr std::string_view row = "VmHWM:"; // in KiB
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(row)) return std::stoul(line.substr(row.size())) << 10U;
    return 0;
}

} // namespace evenfold::tests
