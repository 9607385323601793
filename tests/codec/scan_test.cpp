#include "evenfold/codec/scan.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>

namespace evenfold::codec {
namespace {

struct PlainRun {
    std::size_t size = 0;
    bool is_ascii = true;
};

PlainRun naive_run(std::string_view text) {
    PlainRun run;
    for (const char at : text) {
        if (static_cast<unsigned char>(at) < ' ' || at == '"' || at == '\\') break;
        run.is_ascii &= static_cast<unsigned char>(at) < 0x80;
        ++run.size;
    }
    return run;
}

/// Checks the run from each position. A byte that is not ASCII must be reported; others may be.
void check_runs(const std::string& text) {
    const char* const end = text.data() + text.size();
    for (const char* at = text.data(); at <= end; ++at) {
        const PlainRun wanted = naive_run({at, end});
        std::uint64_t bits = 0;
        std::uint64_t word_bits = 0;
        CHECK(plain_bytes(text.data(), at, end, bits) == wanted.size);
        CHECK(plain_bytes_by_words(at, end, word_bits) == wanted.size);
        CHECK((wanted.is_ascii || (bits & high_bits) != 0));
        CHECK((wanted.is_ascii || (word_bits & high_bits) != 0));
    }
}

} // namespace

TEST_CASE("Scan: finds the end of each plain run, in texts of every size.") {
    std::mt19937_64 engine(7);
    const std::string plain = "abc xyz~!#[]0";
    for (std::size_t size = 0; size < 100; ++size) {
        std::string text(size, ' ');
        for (char& at : text) at = plain[engine() % plain.size()];
        check_runs(text);
        for (const char special : {'"', '\\', '\0', '\n', '\x1f'}) {
            std::string changed = text + special;
            std::swap(changed[engine() % changed.size()], changed.back());
            check_runs(changed);
        }
    }
}

TEST_CASE("Scan: each byte is special, plain or not ASCII, wherever it is.") {
    for (int byte = 0; byte < 256; ++byte) {
        for (const std::size_t before : {0U, 1U, 7U, 8U, 15U, 31U, 32U, 40U}) {
            CAPTURE(byte);
            check_runs(std::string(before, 'a') + static_cast<char>(byte) + "b");
        }
    }
}

TEST_CASE("Scan: a run of ASCII before a special byte is reported as ASCII where bytes are tested one by one.") {
    const std::string text = "plain\"\xc3\xa9 and more than thirty-two bytes of other text";
    std::uint64_t bits = 0;
    CHECK(plain_bytes(text, bits) == 5);
#ifdef __SSE2__
    CHECK((bits & high_bits) == 0);
#endif
}

} // namespace evenfold::codec
