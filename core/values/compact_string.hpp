/// Text in eight bytes: up to seven characters in place, more in one piece of memory just as large as they are.
/// For entities that are many and hold many texts: with the standard's string, vector and optional in place of this,
/// CompactVector, OptionalIndirect and InlineOrHashed, a model of the mix takes 1.34 times the memory (docs/hand-written.md). Text that
/// grows has room to spare until it is shrunk to fit.
/// Shape: any bytes; converted from and to std::string without a word.
#pragma once

#include <bit>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "evenfold/core/values/optional_indirect.hpp"

namespace evenfold {

/// A moved-from one is empty.
class CompactString {
public:
    CompactString() = default;
    template <class Text>
        requires(std::convertible_to<const Text&, std::string_view> && !std::same_as<Text, CompactString>)
    CompactString(const Text& text) : word_(made(text)) {} // NOLINT(google-explicit-constructor): a text is a text
    CompactString(const CompactString& other) : word_(other.owns() ? made(other) : other.word_) {}
    CompactString(CompactString&& other) noexcept : word_(std::exchange(other.word_, empty_word)) {}
    CompactString& operator=(const CompactString& other) { return *this = CompactString(other); }
    CompactString& operator=(CompactString&& other) noexcept {
        CompactString moved(std::move(other));
        std::swap(word_, moved.word_);
        return *this;
    }
    ~CompactString() {
        if (owns()) release();
    }

    [[nodiscard]] std::string_view view() const {
        if (is_inside()) return {inside(), inside_size()};
        return is_growing() ? std::string_view{memory() + sizeof(Room), room().size} : exact();
    }
    operator std::string_view() const { return view(); }         // NOLINT(google-explicit-constructor)
    operator std::string() const { return std::string(view()); } // NOLINT(google-explicit-constructor)

    [[nodiscard]] std::size_t size() const { return view().size(); }
    [[nodiscard]] bool empty() const { return size() == 0; }

    /// At the end; amortised O(bytes of `more`), which may be a part of this.
    CompactString& operator+=(std::string_view more) {
        if (is_growing() && room().capacity - room().size >= more.size()) {
            if (!more.empty()) std::memcpy(memory() + sizeof(Room) + room().size, more.data(), more.size());
            room().size += more.size();
        } else {
            grow(more);
        }
        return *this;
    }

    /// Room for `bytes` in all, so that appending up to there asks for no memory.
    void reserve(std::size_t bytes);

    /// Gives back what the text does not need.
    void shrink_to_fit() {
        if (is_growing() && room().size < room().capacity) *this = CompactString(view());
    }

    friend bool operator==(const CompactString& a, const CompactString& b) {
        return a.word_ == b.word_ || (!(a.is_inside() && b.is_inside()) && a.view() == b.view());
    }
    template <class Text>
        requires(std::convertible_to<const Text&, std::string_view> && !std::same_as<Text, CompactString>)
    friend bool operator==(const CompactString& a, const Text& b) {
        return a.view() == std::string_view(b);
    }
    friend std::strong_ordering operator<=>(const CompactString& a, const CompactString& b) {
        return a.view() <=> b.view();
    }

private:
    friend class OptionalIndirectStorage<CompactString>;

    // The word is the seven characters and, where the lowest byte is, four times their number and one; or a pointer,
    // plain to an Exact and its characters, plus two to a Room and its characters. Zero: absent, in a OptionalIndirectStorage only.
    static constexpr std::uint64_t inside_mark = 1;
    static constexpr std::uint64_t growing_mark = 2;
    static constexpr std::uint64_t empty_word = inside_mark;
    static constexpr std::uint64_t absent_word = 0;
    static constexpr std::size_t inside_max = 7;
    static constexpr std::size_t inside_offset = std::endian::native == std::endian::little ? 1 : 0;

    struct Exact {
        std::uint32_t size; // a longer text stands in a Room
    };
    struct Room {
        std::size_t size;
        std::size_t capacity;
    };

    [[nodiscard]] bool is_inside() const { return (word_ & inside_mark) != 0; }
    [[nodiscard]] bool is_growing() const { return (word_ & (inside_mark | growing_mark)) == growing_mark; }
    [[nodiscard]] bool owns() const { return !is_inside() && word_ != absent_word; }

    [[nodiscard]] const char* inside() const { return reinterpret_cast<const char*>(&word_) + inside_offset; }
    [[nodiscard]] std::size_t inside_size() const { return static_cast<std::size_t>(word_ >> 2U) & inside_max; }
    [[nodiscard]] char* memory() const { return std::bit_cast<char*>(word_ & ~growing_mark); }
    [[nodiscard]] Room& room() const { return *reinterpret_cast<Room*>(memory()); }
    [[nodiscard]] std::string_view exact() const {
        return {memory() + sizeof(Exact), reinterpret_cast<const Exact*>(memory())->size};
    }

    [[nodiscard]] static std::uint64_t made(std::string_view text);
    [[nodiscard]] static std::uint64_t growing(std::string_view text, std::size_t capacity);
    void grow(std::string_view more);
    void release();

    std::uint64_t word_ = empty_word;
};

static_assert(sizeof(void*) == sizeof(std::uint64_t), "a CompactString keeps a pointer in its eight bytes");

/// In place: a string has a state to spare.
template <>
class OptionalIndirectStorage<CompactString> {
public:
    OptionalIndirectStorage() { text_.word_ = CompactString::absent_word; }
    OptionalIndirectStorage(const OptionalIndirectStorage&) = default;
    OptionalIndirectStorage(OptionalIndirectStorage&& other) noexcept : OptionalIndirectStorage() {
        std::swap(text_.word_, other.text_.word_);
    }
    OptionalIndirectStorage& operator=(const OptionalIndirectStorage&) = default;
    OptionalIndirectStorage& operator=(OptionalIndirectStorage&& other) noexcept {
        OptionalIndirectStorage moved(std::move(other));
        std::swap(text_.word_, moved.text_.word_);
        return *this;
    }
    ~OptionalIndirectStorage() = default;

    [[nodiscard]] CompactString* get() { return text_.word_ == CompactString::absent_word ? nullptr : &text_; }
    [[nodiscard]] const CompactString* get() const {
        return text_.word_ == CompactString::absent_word ? nullptr : &text_;
    }
    void reset() { *this = OptionalIndirectStorage(); }

    template <class... Text>
    CompactString& emplace(Text&&... text) {
        return text_ = CompactString(std::forward<Text>(text)...);
    }

private:
    CompactString text_;
};

} // namespace evenfold

template <>
struct std::hash<evenfold::CompactString> {
    std::size_t operator()(const evenfold::CompactString& text) const noexcept {
        return std::hash<std::string_view>{}(text.view());
    }
};
