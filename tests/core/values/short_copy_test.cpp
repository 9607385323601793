#include "evenfold/core/values/processor/short_copy.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

namespace evenfold {
namespace {

constexpr std::size_t count_max = 2 * short_copy::bytes_max;

/// Bytes that differ from those beside them.
std::string some_bytes() {
    std::string bytes;
    for (std::size_t place = 0; place < count_max; ++place) bytes += static_cast<char>('!' + place % 64);
    return bytes;
}

/// Two pages, of which nobody may touch the second.
class Fenced {
public:
    Fenced()
        : pages_(static_cast<char*>(
              mmap(nullptr, 2 * size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
        REQUIRE(pages_ != MAP_FAILED);
        REQUIRE(mprotect(pages_ + size_, size_, PROT_NONE) == 0);
    }
    Fenced(const Fenced&) = delete;
    Fenced& operator=(const Fenced&) = delete;
    ~Fenced() { munmap(pages_, 2 * size_); }

    [[nodiscard]] char* end() const { return pages_ + size_; }

private:
    std::size_t size_ = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    char* pages_;
};

/// Copies of any number of bytes from any place to any place, up to the very end of what may be touched.
template <class Copy>
void check_exact(Copy copy, std::size_t most) {
    const std::string bytes = some_bytes();
    const Fenced source;
    const Fenced target;
    for (std::size_t count = 0; count <= most; ++count) {
        CAPTURE(count);
        for (const std::size_t before_the_end : {std::size_t{0}, std::size_t{1}, std::size_t{13}}) {
            char* const from = source.end() - count - before_the_end;
            char* const to = target.end() - count - before_the_end;
            std::ranges::copy_n(bytes.begin(), static_cast<std::ptrdiff_t>(count), from);
            std::fill(to - 1, target.end(), '.');
            copy(to, from, count);
            CHECK(std::string(to, count) == bytes.substr(0, count));
            CHECK(*(to - 1) == '.');
            CHECK(std::all_of(to + count, target.end(), [](char byte) { return byte == '.'; }));
        }
    }
}

} // namespace

TEST_CASE("short_copy: copies just what it is told to, and touches nothing else.") {
    check_exact(&short_copy::copy, count_max);
}

TEST_CASE("short_copy: so does the masked way, where there is one.") {
    MESSAGE("masks: ", short_copy::is_masked);
    check_exact(short_copy::is_masked ? &short_copy::copy_masked : &short_copy::copy, short_copy::bytes_max);
}

} // namespace evenfold
