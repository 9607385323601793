#include "evenfold/tests/support/process/memory.hpp"

#include <algorithm>
#include <cstdint>
#include <fcntl.h>
#include <fstream>
#include <malloc.h>
#include <sstream>
#include <string>
#include <string_view>
#include <unistd.h>

namespace evenfold::tests {
namespace {

/// Reads the memory of this process. A stream would keep a copy of what it reads.
class OwnMemory {
public:
    OwnMemory() : descriptor_(::open("/proc/self/mem", O_RDONLY | O_CLOEXEC)) {}
    OwnMemory(const OwnMemory&) = delete;
    OwnMemory& operator=(const OwnMemory&) = delete;
    ~OwnMemory() { ::close(descriptor_); }

    /// Reads up to the size of `piece`, and sets it to the inverted bytes.
    void read_inverted(std::uint64_t from, std::string& piece) const {
        const auto size = ::pread(descriptor_, piece.data(), piece.size(), static_cast<off_t>(from));
        piece.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
        std::ranges::transform(piece, piece.begin(), [](char byte) { return static_cast<char>(~byte); });
    }

private:
    int descriptor_;
};

} // namespace

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

std::size_t copies_in_memory(const std::string& inverted) {
    constexpr std::uint64_t step = 65'536;
    const OwnMemory memory;
    std::size_t copies = 0;
    std::ifstream maps("/proc/self/maps");
    std::string line;
    std::string piece;
    while (std::getline(maps, line)) {
        std::istringstream fields(line);
        std::string range;
        std::string rights;
        fields >> range >> rights;
        if (!rights.starts_with("rw")) continue;
        const std::uint64_t end = std::stoull(range.substr(range.find('-') + 1), nullptr, 16);
        for (std::uint64_t from = std::stoull(range, nullptr, 16); from < end; from += step) {
            piece.assign(step + inverted.size(), '\0');       // all of it, because the search also reads this buffer
            piece.resize(std::min(end - from, piece.size())); // pieces overlap by a secret
            memory.read_inverted(from, piece);
            if (piece.find(inverted) != std::string::npos) ++copies;
        }
    }
    return copies;
}

} // namespace evenfold::tests
