/// The storage of Table and OrderedSet in one pointer: a vector of few elements, or a hash table of many.
/// Shape: begins as an empty vector, which owns no memory.
/// Written by hand because a std::variant of the two takes two pointers. Entities have several of these, and nearly all
/// are empty (compact_string.hpp gives numbers).
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include "evenfold/core/containers/compact_vector.hpp"

namespace evenfold {

/// A CompactVector<T> or a Hashed. An empty vector after a move from it.
template <class T, class Hashed>
class InlineOrHashed {
public:
    using Vector = CompactVector<T>;

    InlineOrHashed() { ::new (static_cast<void*>(storage_.data())) Vector(); }
    InlineOrHashed(InlineOrHashed&& other) noexcept : InlineOrHashed() { swap(other); }
    InlineOrHashed(const InlineOrHashed&) = delete;
    InlineOrHashed& operator=(InlineOrHashed&& other) noexcept {
        InlineOrHashed moved(std::move(other));
        swap(moved);
        return *this;
    }
    InlineOrHashed& operator=(const InlineOrHashed&) = delete;
    ~InlineOrHashed() {
        if (Hashed* const held = hashed())
            delete held;
        else
            vector().~Vector();
    }

    /// Returns the hash table, or null if the elements are in the vector.
    [[nodiscard]] Hashed* hashed() const {
        const std::uintptr_t held = word();
        return (held & hashed_mark) != 0 ? std::bit_cast<Hashed*>(held & ~hashed_mark) : nullptr;
    }
    /// Returns the vector. There must be no hash table.
    [[nodiscard]] Vector& vector() { return *std::launder(reinterpret_cast<Vector*>(storage_.data())); }
    [[nodiscard]] const Vector& vector() const {
        return *std::launder(reinterpret_cast<const Vector*>(storage_.data()));
    }

    /// Replaces the elements by those of `table`.
    Hashed& set_hashed(std::unique_ptr<Hashed> table) {
        *this = InlineOrHashed();
        vector().~Vector();
        set_word(std::bit_cast<std::uintptr_t>(table.get()) | hashed_mark);
        return *table.release();
    }

private:
    static constexpr std::uintptr_t hashed_mark = 1; // in the lowest bit, which is 0 in the pointer of a vector

    [[nodiscard]] std::uintptr_t word() const {
        std::uintptr_t held = 0;
        std::memcpy(&held, storage_.data(), sizeof held);
        return held;
    }
    void set_word(std::uintptr_t held) { std::memcpy(storage_.data(), &held, sizeof held); }

    /// Swaps bitwise, because both are one pointer and neither points to itself.
    void swap(InlineOrHashed& other) noexcept {
        const std::uintptr_t held = word();
        set_word(other.word());
        other.set_word(held);
    }

    alignas(Vector) std::array<std::byte, sizeof(std::uintptr_t)> storage_;
    static_assert(sizeof(Vector) == sizeof(std::uintptr_t));
};

} // namespace evenfold
