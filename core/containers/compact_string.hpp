/// A string in eight bytes: up to seven characters in place, more in one allocation of exactly their size.
/// Shape: any bytes; converts implicitly from and to std::string. A string that grew has spare capacity until
/// shrink_to_fit.
/// Written by hand for models with many texts. With std::string, std::vector and std::optional in place of this,
/// CompactVector, OptionalIndirect and InlineOrHashed, the benchmark's model takes 1.34 times the memory
/// (docs/hand-written.md).
///
///     CompactString title = "Notes"; // in place
///     title += " of the meeting";    // one allocation, with spare capacity
///     title.shrink_to_fit();         // exactly as large as the text
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

#include "evenfold/core/containers/inline_text.hpp"
#include "evenfold/core/containers/optional_indirect.hpp"

namespace evenfold {

/// Empty after a move from it.
class CompactString {
public:
    CompactString() = default;
    template <class Text>
        requires(std::convertible_to<const Text&, std::string_view> && !std::same_as<Text, CompactString>)
    CompactString(const Text& text)
        : word_(make_word(text)) {} // NOLINT(google-explicit-constructor): converts like std::string
    CompactString(const CompactString& other) : word_(other.owns() ? make_word(other) : other.word_) {}
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
        if (is_inline()) return {inline_data(), inline_size()};
        return is_growing() ? std::string_view{memory() + sizeof(GrowingHeader), growing_header().size} : exact_view();
    }
    operator std::string_view() const { return view(); }         // NOLINT(google-explicit-constructor)
    operator std::string() const { return std::string(view()); } // NOLINT(google-explicit-constructor)

    [[nodiscard]] std::size_t size() const { return view().size(); }
    [[nodiscard]] bool empty() const { return size() == 0; }

    /// Appends `more`, which may be part of this string: amortised O(bytes of `more`).
    CompactString& operator+=(std::string_view more) {
        if (is_growing() && spare_capacity() >= more.size()) {
            if (!more.empty())
                std::memcpy(memory() + sizeof(GrowingHeader) + growing_header().size, more.data(), more.size());
            growing_header().size += more.size();
        } else {
            grow(more);
        }
        return *this;
    }

    /// Appends a short text by a copy of constant size if there is room for it.
    template <std::same_as<InlineText> Piece>
    CompactString& operator+=(const Piece& more) {
        if (!more.is_inline() || !is_growing() || spare_capacity() < sizeof(InlineText)) return *this += more.view();
        more.copy_storage_to(memory() + sizeof(GrowingHeader) + growing_header().size);
        growing_header().size += more.size();
        return *this;
    }

    /// Ensures that a string of up to `bytes` bytes needs no further allocation.
    void reserve(std::size_t bytes);

    /// Releases the spare capacity.
    void shrink_to_fit() {
        if (is_growing() && growing_header().size < growing_header().capacity) *this = CompactString(view());
    }

    friend bool operator==(const CompactString& a, const CompactString& b) {
        return a.word_ == b.word_ || (!(a.is_inline() && b.is_inline()) && a.view() == b.view());
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

    // The two lowest bits of the word are its tag. 1: the characters are in the word, and its lowest byte also holds
    // their number. 2: a pointer to a GrowingHeader and its characters. 0: a pointer to an ExactHeader and its
    // characters; or, if the whole word is zero, the absent value of an OptionalIndirectStorage.
    static constexpr std::uint64_t inline_mark = 1;
    static constexpr std::uint64_t growing_mark = 2;
    static constexpr std::uint64_t empty_word = inline_mark;
    static constexpr std::uint64_t absent_word = 0;
    static constexpr std::size_t inline_max = 7;
    static constexpr std::size_t inline_offset = std::endian::native == std::endian::little ? 1 : 0;

    struct ExactHeader {
        std::uint32_t size; // a longer string has a GrowingHeader
    };
    struct GrowingHeader {
        std::size_t size;
        std::size_t capacity;
    };

    [[nodiscard]] bool is_inline() const { return (word_ & inline_mark) != 0; }
    [[nodiscard]] bool is_growing() const { return (word_ & (inline_mark | growing_mark)) == growing_mark; }
    [[nodiscard]] bool owns() const { return !is_inline() && word_ != absent_word; }

    [[nodiscard]] const char* inline_data() const { return reinterpret_cast<const char*>(&word_) + inline_offset; }
    [[nodiscard]] std::size_t inline_size() const { return static_cast<std::size_t>(word_ >> 2U) & inline_max; }
    [[nodiscard]] char* memory() const { return std::bit_cast<char*>(word_ & ~growing_mark); }
    [[nodiscard]] GrowingHeader& growing_header() const { return *reinterpret_cast<GrowingHeader*>(memory()); }
    [[nodiscard]] std::size_t spare_capacity() const { return growing_header().capacity - growing_header().size; }
    [[nodiscard]] std::string_view exact_view() const {
        return {memory() + sizeof(ExactHeader), reinterpret_cast<const ExactHeader*>(memory())->size};
    }

    [[nodiscard]] static std::uint64_t make_word(std::string_view text);
    [[nodiscard]] static std::uint64_t make_growing_word(std::string_view text, std::size_t capacity);
    void grow(std::string_view more);
    void release();

    std::uint64_t word_ = empty_word;
};

static_assert(sizeof(void*) == sizeof(std::uint64_t), "a CompactString stores a pointer in its eight bytes");

/// Keeps an optional string in place, because a word of zero is no string.
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
