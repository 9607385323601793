#include "evenfold/core/containers/compact_string.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>

namespace evenfold {
namespace {

constexpr std::size_t longest_exact = std::numeric_limits<std::uint32_t>::max();

void copy(char* to, std::string_view text) {
    if (!text.empty()) std::memcpy(to, text.data(), text.size()); // the address of an empty text may be null
}

/// Allocates memory for `header` and the characters behind it, and writes the header.
template <class Header>
char* allocate(Header header, std::size_t characters) {
    char* const memory = static_cast<char*>(::operator new(sizeof(Header) + characters));
    std::memcpy(memory, &header, sizeof(Header));
    return memory;
}

} // namespace

std::uint64_t CompactString::make_word(std::string_view text) {
    if (text.size() > longest_exact) return make_growing_word(text, text.size());
    if (text.size() > inline_max) {
        char* const memory = allocate(ExactHeader{static_cast<std::uint32_t>(text.size())}, text.size());
        copy(memory + sizeof(ExactHeader), text);
        return std::bit_cast<std::uint64_t>(memory);
    }
    std::uint64_t word = 0;
    copy(reinterpret_cast<char*>(&word) + inline_offset, text);
    return word | text.size() << 2U | inline_mark;
}

std::uint64_t CompactString::make_growing_word(std::string_view text, std::size_t capacity) {
    char* const memory = allocate(GrowingHeader{.size = text.size(), .capacity = capacity}, capacity);
    copy(memory + sizeof(GrowingHeader), text);
    return std::bit_cast<std::uint64_t>(memory) | growing_mark;
}

void CompactString::reserve(std::size_t bytes) {
    const bool has_capacity = is_growing() ? bytes <= growing_header().capacity : bytes <= std::max(size(), inline_max);
    if (has_capacity) return;
    CompactString larger;
    larger.word_ = make_growing_word(view(), bytes);
    std::swap(word_, larger.word_);
}

void CompactString::grow(std::string_view more) {
    if (more.empty()) return;
    const std::string_view so_far = view();
    const std::size_t needed = so_far.size() + more.size();
    CompactString longer;
    if (needed > inline_max) {
        longer.word_ = make_growing_word(so_far, std::max(needed, 2 * so_far.size()));
        copy(longer.memory() + sizeof(GrowingHeader) + so_far.size(), more);
        longer.growing_header().size = needed;
    } else {
        std::uint64_t word = word_ & ~std::uint64_t{0xff}; // without the number of characters
        copy(reinterpret_cast<char*>(&word) + inline_offset + so_far.size(), more);
        longer.word_ = word | needed << 2U | inline_mark;
    }
    std::swap(word_, longer.word_);
}

void CompactString::release() {
    ::operator delete(memory());
}

} // namespace evenfold
