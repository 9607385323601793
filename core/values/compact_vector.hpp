/// A vector in one pointer: it owns nothing until it holds something; the size stands before the elements.
/// Written by hand for the memory of entities that are many and hold few of something: see compact_string.hpp. Elements
/// are moved when it grows, as in std::vector.
/// Cost: as std::vector's, and one more look into memory for its size. It holds no more than 2^32 - 1 elements.
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

#include "evenfold/core/language.hpp"

namespace evenfold {

/// A moved-from one is empty.
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
    CompactVector(CompactVector&& other) noexcept : piece_(std::exchange(other.piece_, nullptr)) {}
    CompactVector& operator=(const CompactVector& other) { // NOLINT(bugprone-unhandled-self-assignment): by a copy
        return *this = CompactVector(other);
    }
    CompactVector& operator=(CompactVector&& other) noexcept {
        CompactVector moved(std::move(other));
        std::swap(piece_, moved.piece_);
        return *this;
    }
    ~CompactVector() {
        if (piece_) release();
    }

    operator std::vector<T>() const { return {begin(), end()}; } // NOLINT(google-explicit-constructor)

    [[nodiscard]] std::size_t size() const { return piece_ ? piece_->size : 0; }
    [[nodiscard]] bool empty() const { return size() == 0; }

    [[nodiscard]] T* begin() { return data(); }
    [[nodiscard]] T* end() { return data() + size(); }
    [[nodiscard]] const T* begin() const { return data(); }
    [[nodiscard]] const T* end() const { return data() + size(); }
    [[nodiscard]] T& operator[](std::size_t place) { return elements()[place]; }
    [[nodiscard]] const T& operator[](std::size_t place) const { return elements()[place]; }
    [[nodiscard]] const T& front() const { return elements()[0]; }
    [[nodiscard]] T& back() { return elements()[piece_->size - 1]; }
    [[nodiscard]] const T& back() const { return elements()[piece_->size - 1]; }

    void push_back(T element) { emplace_back(std::move(element)); }
    template <class... Arguments>
    T& emplace_back(Arguments&&... arguments) {
        if (!piece_ || piece_->size == piece_->capacity) {
            T made(std::forward<Arguments>(arguments)...); // of what may be an element itself
            move_to(std::max(size() + 1, std::min(size() + size() / 2 + 1, size_max)));
            return append(std::move(made));
        }
        return append(std::forward<Arguments>(arguments)...);
    }
    void pop_back() { std::destroy_at(elements() + --piece_->size); }
    void erase(T* place) {
        std::move(place + 1, end(), place);
        pop_back();
    }

    void reserve(std::size_t count) {
        if (count > (piece_ ? piece_->capacity : 0)) move_to(count);
    }
    /// Gives back what the elements do not need.
    void shrink_to_fit() {
        if (piece_ && piece_->size < piece_->capacity) move_to(piece_->size);
    }

    friend bool operator==(const CompactVector& a, const CompactVector& b) {
        return std::equal(a.begin(), a.end(), b.begin(), b.end());
    }
    friend bool operator==(const CompactVector& a, const std::vector<T>& b) {
        return std::equal(a.begin(), a.end(), b.begin(), b.end());
    }

private:
    static constexpr std::size_t size_max = std::numeric_limits<std::uint32_t>::max();

    /// Before the elements.
    struct Piece {
        std::uint32_t size;
        std::uint32_t capacity;
    };

    [[nodiscard]] static constexpr std::size_t elements_offset() { return std::max(sizeof(Piece), alignof(T)); }
    [[nodiscard]] static T* elements_of(Piece* piece) {
        return reinterpret_cast<T*>(reinterpret_cast<std::byte*>(piece) + elements_offset());
    }
    [[nodiscard]] T* elements() const { return elements_of(piece_); }
    [[nodiscard]] T* data() const { return piece_ ? elements() : nullptr; }

    template <class... Arguments>
    T& append(Arguments&&... arguments) {
        T& made = *std::construct_at(elements() + piece_->size, std::forward<Arguments>(arguments)...);
        ++piece_->size;
        return made;
    }

    /// The elements in memory for `capacity` of them, no fewer than there are; none in none.
    void move_to(std::size_t capacity) {
        static_assert(std::is_nothrow_move_constructible_v<T>, "elements are moved, and a move must not fail halfway");
        static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
        if (capacity > size_max) throw std::length_error("a vector of 2^32 elements");
        CompactVector moved;
        if (capacity > 0) {
            void* const memory = ::operator new(elements_offset() + capacity * sizeof(T));
            moved.piece_ =
                ::new (memory) Piece{static_cast<std::uint32_t>(size()), static_cast<std::uint32_t>(capacity)};
            std::uninitialized_move(begin(), end(), moved.elements());
        }
        std::swap(piece_, moved.piece_);
    }

    void release() {
        std::destroy(begin(), end());
        ::operator delete(piece_);
    }

    Piece* piece_ = nullptr;
};

} // namespace evenfold
