#include "evenfold/core/containers/inline_text.hpp"

#include <bit>
#include <new>

namespace evenfold {

std::size_t InlineText::capacity() const {
    if (is_inline()) return inline_max;
    const std::size_t size = outside().size;
    return bytes_.back() == grown_mark ? std::bit_ceil(size) : size;
}

InlineText& InlineText::operator+=(std::string_view more) {
    if (more.empty()) return *this;
    const std::string_view so_far = view();
    const std::size_t size = so_far.size() + more.size();
    if (size > capacity()) {
        char* const data = static_cast<char*>(::operator new(std::bit_ceil(size)));
        if (!so_far.empty()) std::memcpy(data, so_far.data(), so_far.size());
        std::memcpy(data + so_far.size(), more.data(), more.size());
        if (!is_inline()) release();
        set_outside({.data = data, .size = size}, grown_mark);
    } else if (is_inline()) {
        std::memcpy(bytes_.data() + so_far.size(), more.data(), more.size());
        bytes_.back() = static_cast<char>(size);
    } else {
        char* const data = outside().data;
        std::memcpy(data + so_far.size(), more.data(), more.size());
        set_outside({.data = data, .size = size}, bytes_.back());
    }
    return *this;
}

void InlineText::assign_outside(std::string_view text) {
    char* const data = static_cast<char*>(::operator new(text.size()));
    std::memcpy(data, text.data(), text.size());
    set_outside({.data = data, .size = text.size()}, outside_mark);
}

void InlineText::set_outside(Allocation text, char mark) {
    std::memcpy(bytes_.data(), &text, sizeof text);
    bytes_.back() = mark;
}

void InlineText::release() {
    ::operator delete(outside().data);
}

} // namespace evenfold
