/// The two ways in which a container keeps its elements, in one pointer: a few in a row, or very many by hash.
/// Shape: begins with few, of which there are none; owns nothing then.
/// For Table and OrderedSet only: entities have several of these, nearly all of them empty. Written by hand because a
/// std::variant of the two takes two pointers: see compact_string.hpp for the memory.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include "evenfold/core/values/compact_vector.hpp"

namespace evenfold {

/// A CompactVector<T>, or a Many. A moved-from one has few, none.
template <class T, class Many>
class InlineOrHashed {
public:
    using Few = CompactVector<T>;

    InlineOrHashed() { ::new (static_cast<void*>(place_.data())) Few(); }
    InlineOrHashed(InlineOrHashed&& other) noexcept : InlineOrHashed() { swap(other); }
    InlineOrHashed(const InlineOrHashed&) = delete;
    InlineOrHashed& operator=(InlineOrHashed&& other) noexcept {
        InlineOrHashed moved(std::move(other));
        swap(moved);
        return *this;
    }
    InlineOrHashed& operator=(const InlineOrHashed&) = delete;
    ~InlineOrHashed() {
        if (Many* const held = many())
            delete held;
        else
            few().~Few();
    }

    /// Those, or null where there are few.
    [[nodiscard]] Many* many() const {
        const std::uintptr_t held = word();
        return (held & many_mark) != 0 ? std::bit_cast<Many*>(held & ~many_mark) : nullptr;
    }
    /// Only where there are not many.
    [[nodiscard]] Few& few() { return *std::launder(reinterpret_cast<Few*>(place_.data())); }
    [[nodiscard]] const Few& few() const { return *std::launder(reinterpret_cast<const Few*>(place_.data())); }

    /// There are `all` now, and nothing else.
    Many& become(std::unique_ptr<Many> all) {
        *this = InlineOrHashed();
        few().~Few();
        set_word(std::bit_cast<std::uintptr_t>(all.get()) | many_mark);
        return *all.release();
    }

private:
    static constexpr std::uintptr_t many_mark = 1; // of a pointer; a Few's own pointer is even

    [[nodiscard]] std::uintptr_t word() const {
        std::uintptr_t held = 0;
        std::memcpy(&held, place_.data(), sizeof held);
        return held;
    }
    void set_word(std::uintptr_t held) { std::memcpy(place_.data(), &held, sizeof held); }

    /// Either is one pointer, and good wherever that stands.
    void swap(InlineOrHashed& other) noexcept {
        const std::uintptr_t held = word();
        set_word(other.word());
        other.set_word(held);
    }

    alignas(Few) std::array<std::byte, sizeof(std::uintptr_t)> place_;
    static_assert(sizeof(Few) == sizeof(std::uintptr_t));
};

} // namespace evenfold
