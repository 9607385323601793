/// A vector in one pointer: an empty one owns no memory; the size is stored before the elements.
/// Shape: at most 2^32 - 1 elements; growing moves them, as in std::vector.
/// Written by hand to save memory in entities that are many and hold few elements (compact_string.hpp gives numbers).
/// Cost: that of std::vector, and one more memory access to read the size.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <new>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include "evenfold/core/platform/language.hpp"

namespace evenfold {

/// Empty after a move from it.
template <class T>
class CompactVector {
public:
    using value_type = T;

    CompactVector() = default;
    CompactVector(std::initializer_list<T> all) : CompactVector(all.begin(), all.end()) {}
    CompactVector(const std::vector<T>& all) // NOLINT(google-explicit-constructor): the same elements
        : CompactVector(all.begin(), all.end()) {}
    template <std::forward_iterator Iterator>
    CompactVector(Iterator first, Iterator last) : CompactVector() {
        reserve(static_cast<std::size_t>(std::distance(first, last)));
        for (; first != last; ++first) emplace_back(*first);
    }
    CompactVector(const CompactVector& other) : CompactVector(other.begin(), other.end()) {}
    CompactVector(CompactVector&& other) noexcept : header_(std::exchange(other.header_, nullptr)) {}
    CompactVector& operator=(const CompactVector& other) { // NOLINT(bugprone-unhandled-self-assignment): by a copy
        return *this = CompactVector(other);
    }
    CompactVector& operator=(CompactVector&& other) noexcept {
        CompactVector moved(std::move(other));
        std::swap(header_, moved.header_);
        return *this;
    }
    ~CompactVector() {
        if (header_) release();
    }

    operator std::vector<T>() const { return {begin(), end()}; } // NOLINT(google-explicit-constructor)

    [[nodiscard]] std::size_t size() const { return header_ ? header_->size : 0; }
    [[nodiscard]] bool empty() const { return size() == 0; }

    [[nodiscard]] T* begin() { return data(); }
    [[nodiscard]] T* end() { return data() + size(); }
    [[nodiscard]] const T* begin() const { return data(); }
    [[nodiscard]] const T* end() const { return data() + size(); }
    [[nodiscard]] T& operator[](std::size_t index) { return elements()[index]; }
    [[nodiscard]] const T& operator[](std::size_t index) const { return elements()[index]; }
    [[nodiscard]] const T& front() const { return elements()[0]; }
    [[nodiscard]] T& back() { return elements()[header_->size - 1]; }
    [[nodiscard]] const T& back() const { return elements()[header_->size - 1]; }

    void push_back(T element) { emplace_back(std::move(element)); }
    template <class... Arguments>
    T& emplace_back(Arguments&&... arguments) {
        if (!header_ || header_->size == header_->capacity) {
            T element(std::forward<Arguments>(arguments)...); // first, because an argument may be one of the elements
            move_to(std::max(size() + 1, std::min(size() + size() / 2 + 1, size_max)));
            return append(std::move(element));
        }
        return append(std::forward<Arguments>(arguments)...);
    }
    void pop_back() { std::destroy_at(elements() + --header_->size); }
    void erase(T* position) {
        std::move(position + 1, end(), position);
        pop_back();
    }

    void reserve(std::size_t count) {
        if (count > (header_ ? header_->capacity : 0)) move_to(count);
    }
    /// Releases the spare capacity.
    void shrink_to_fit() {
        if (header_ && header_->size < header_->capacity) move_to(header_->size);
    }

    friend bool operator==(const CompactVector& a, const CompactVector& b) {
        return std::equal(a.begin(), a.end(), b.begin(), b.end());
    }
    friend bool operator==(const CompactVector& a, const std::vector<T>& b) {
        return std::equal(a.begin(), a.end(), b.begin(), b.end());
    }

private:
    static constexpr std::size_t size_max = std::numeric_limits<std::uint32_t>::max();

    /// Precedes the elements in memory.
    struct Header {
        std::uint32_t size;
        std::uint32_t capacity;
    };

    [[nodiscard]] static constexpr std::size_t elements_offset() { return std::max(sizeof(Header), alignof(T)); }
    [[nodiscard]] static T* elements_of(Header* header) {
        return reinterpret_cast<T*>(reinterpret_cast<std::byte*>(header) + elements_offset());
    }
    [[nodiscard]] T* elements() const { return elements_of(header_); }
    [[nodiscard]] T* data() const { return header_ ? elements() : nullptr; }

    template <class... Arguments>
    T& append(Arguments&&... arguments) {
        T& added = *std::construct_at(elements() + header_->size, std::forward<Arguments>(arguments)...);
        ++header_->size;
        return added;
    }

    /// Moves the elements to memory for `capacity` elements, at least size(). Frees all memory if it is 0.
    void move_to(std::size_t capacity) {
        static_assert(std::is_nothrow_move_constructible_v<T>, "growing moves elements, which must not fail halfway");
        static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
        if (capacity > size_max) throw std::length_error("a CompactVector holds at most 2^32 - 1 elements");
        CompactVector moved;
        if (capacity > 0) {
            void* const memory = ::operator new(elements_offset() + capacity * sizeof(T));
            moved.header_ =
                ::new (memory) Header{static_cast<std::uint32_t>(size()), static_cast<std::uint32_t>(capacity)};
            std::uninitialized_move(begin(), end(), moved.elements());
        }
        std::swap(header_, moved.header_);
    }

    void release() {
        std::destroy(begin(), end());
        ::operator delete(header_);
    }

    Header* header_ = nullptr;
};

} // namespace evenfold
