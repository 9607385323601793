#include "evenfold/core/values/compact_string.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>

namespace evenfold {
namespace {

constexpr std::size_t longest_exact = std::numeric_limits<std::uint32_t>::max();

void copy(char* to, std::string_view text) {
    if (!text.empty()) std::memcpy(to, text.data(), text.size()); // an empty text may have no address
}

/// Memory for `header` and characters behind it.
template <class Header>
char* piece(Header header, std::size_t characters) {
    char* const memory = static_cast<char*>(::operator new(sizeof(Header) + characters));
    std::memcpy(memory, &header, sizeof(Header));
    return memory;
}

} // namespace

std::uint64_t CompactString::made(std::string_view text) {
    if (text.size() > longest_exact) return growing(text, text.size());
    if (text.size() > inside_max) {
        char* const memory = piece(Exact{static_cast<std::uint32_t>(text.size())}, text.size());
        copy(memory + sizeof(Exact), text);
        return std::bit_cast<std::uint64_t>(memory);
    }
    std::uint64_t word = 0;
    copy(reinterpret_cast<char*>(&word) + inside_offset, text);
    return word | text.size() << 2U | inside_mark;
}

std::uint64_t CompactString::growing(std::string_view text, std::size_t capacity) {
    char* const memory = piece(Room{.size = text.size(), .capacity = capacity}, capacity);
    copy(memory + sizeof(Room), text);
    return std::bit_cast<std::uint64_t>(memory) | growing_mark;
}

void CompactString::reserve(std::size_t bytes) {
    const bool has_room = is_growing() ? bytes <= room().capacity : bytes <= std::max(size(), inside_max);
    if (has_room) return;
    CompactString larger;
    larger.word_ = growing(view(), bytes);
    std::swap(word_, larger.word_);
}

void CompactString::grow(std::string_view more) {
    if (more.empty()) return;
    const std::string_view so_far = view();
    const std::size_t needed = so_far.size() + more.size();
    CompactString longer;
    if (needed > inside_max) {
        longer.word_ = growing(so_far, std::max(needed, 2 * so_far.size()));
        copy(longer.memory() + sizeof(Room) + so_far.size(), more);
        longer.room().size = needed;
    } else {
        std::uint64_t word = word_ & ~std::uint64_t{0xff}; // without its number
        copy(reinterpret_cast<char*>(&word) + inside_offset + so_far.size(), more);
        longer.word_ = word | needed << 2U | inside_mark;
    }
    std::swap(word_, longer.word_);
}

void CompactString::release() {
    ::operator delete(memory());
}

} // namespace evenfold
