/// A text in 24 bytes: up to 23 bytes in place, more in one allocation. For texts that are mostly short, such as pieces
/// of a stream.
/// Shape: any bytes; converts implicitly from std::string and to std::string_view. An allocation is exactly as large as
/// the text, until the text grows.
/// Written by hand because std::string keeps 15 bytes in place, and its copies and appends depend on the length
/// (docs/hand-written.md).
///
///     InlineText piece = "of the meeting"; // in place
///     CompactString text = "Notes ";
///     text += piece;
#pragma once

#include <array>
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

namespace evenfold {

/// Empty after a move from it.
class InlineText {
public:
    static constexpr std::size_t inline_max = 23;

    InlineText() = default;
    template <class Text>
        requires(std::convertible_to<const Text&, std::string_view> && !std::same_as<Text, InlineText>)
    InlineText(const Text& text) { // NOLINT(google-explicit-constructor): converts like std::string
        assign(text);
    }
    InlineText(const InlineText& other) {
        if (other.is_inline())
            bytes_ = other.bytes_;
        else
            assign_outside(other.view());
    }
    InlineText(InlineText&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
    InlineText& operator=(const InlineText& other) { return *this = InlineText(other); }
    InlineText& operator=(InlineText&& other) noexcept {
        InlineText moved(std::move(other));
        std::swap(bytes_, moved.bytes_);
        return *this;
    }
    ~InlineText() {
        if (!is_inline()) release();
    }

    [[nodiscard]] std::string_view view() const {
        if (is_inline()) return {bytes_.data(), last_byte()};
        const Allocation text = outside();
        return {text.data, text.size};
    }
    operator std::string_view() const { return view(); }         // NOLINT(google-explicit-constructor)
    operator std::string() const { return std::string(view()); } // NOLINT(google-explicit-constructor)

    [[nodiscard]] std::size_t size() const { return view().size(); }
    [[nodiscard]] bool empty() const { return size() == 0; }
    [[nodiscard]] bool is_inline() const { return last_byte() <= inline_max; }

    /// Appends `more`, which may be part of this text: amortised O(bytes of `more`).
    InlineText& operator+=(std::string_view more);

    /// Copies all 24 bytes to `to`, the text at their beginning. Must be in place.
    void copy_storage_to(char* to) const { std::memcpy(to, bytes_.data(), bytes_.size()); }

    friend bool operator==(const InlineText& a, const InlineText& b) {
        return a.bytes_ == b.bytes_ || (!a.is_inline() && !b.is_inline() && a.view() == b.view());
    }
    template <class Text>
        requires(std::convertible_to<const Text&, std::string_view> && !std::same_as<Text, InlineText>)
    friend bool operator==(const InlineText& a, const Text& b) {
        return a.view() == std::string_view(b);
    }
    friend std::strong_ordering operator<=>(const InlineText& a, const InlineText& b) { return a.view() <=> b.view(); }

private:
    // The last byte is the length of a text in place, whose other bytes are zero, or one of the marks. Then the bytes
    // begin with an Allocation. Its capacity is its size; with `grown_mark`, the next power of two.
    static constexpr char outside_mark = 24;
    static constexpr char grown_mark = 25;

    [[nodiscard]] std::size_t last_byte() const { return static_cast<unsigned char>(bytes_.back()); }
    struct Allocation {
        char* data = nullptr;
        std::size_t size = 0;
    };
    [[nodiscard]] Allocation outside() const {
        Allocation text;
        std::memcpy(&text, bytes_.data(), sizeof text);
        return text;
    }
    [[nodiscard]] std::size_t capacity() const;

    void assign(std::string_view text) {
        if (text.size() > inline_max) return assign_outside(text);
        if (!text.empty()) std::memcpy(bytes_.data(), text.data(), text.size());
        bytes_.back() = static_cast<char>(text.size());
    }
    void assign_outside(std::string_view text);
    void set_outside(Allocation text, char mark);
    void release();

    alignas(void*) std::array<char, inline_max + 1> bytes_{};
};

} // namespace evenfold

template <>
struct std::hash<evenfold::InlineText> {
    std::size_t operator()(const evenfold::InlineText& text) const noexcept {
        return std::hash<std::string_view>{}(text.view());
    }
};
