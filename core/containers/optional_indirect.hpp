/// An optional value behind one pointer, for fields that are nearly always absent in entities that are many.
/// Shape: like std::optional, and converts implicitly from and to it.
/// Written by hand because std::optional reserves the size of the value (compact_string.hpp gives numbers).
/// Cost: creating and copying a present value is one allocation; an absent one needs none.
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "evenfold/core/platform/language.hpp"

namespace evenfold {

/// The storage of an OptionalIndirect. A type with an unused bit pattern may specialise this to be stored in place.
template <class T>
class OptionalIndirectStorage {
public:
    OptionalIndirectStorage() = default;
    OptionalIndirectStorage(const OptionalIndirectStorage& other)
        : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
    OptionalIndirectStorage(OptionalIndirectStorage&&) noexcept = default;
    OptionalIndirectStorage& operator=(const OptionalIndirectStorage& other) {
        return *this = OptionalIndirectStorage(other);
    }
    OptionalIndirectStorage& operator=(OptionalIndirectStorage&&) noexcept = default;
    ~OptionalIndirectStorage() = default;

    [[nodiscard]] T* get() { return value_.get(); }
    [[nodiscard]] const T* get() const { return value_.get(); }
    void reset() { value_.reset(); }

    template <class... Arguments>
    T& emplace(Arguments&&... arguments) {
        value_ = std::make_unique<T>(std::forward<Arguments>(arguments)...);
        return *value_;
    }

private:
    std::unique_ptr<T> value_;
};

template <class T>
class OptionalIndirect;

template <class T>
inline constexpr bool is_optional_like = false; // has an absent state of its own
template <class T>
inline constexpr bool is_optional_like<OptionalIndirect<T>> = true;
template <class T>
inline constexpr bool is_optional_like<std::optional<T>> = true;
template <>
inline constexpr bool is_optional_like<std::nullopt_t> = true;

/// A T or nothing. Absent after a move from it.
template <class T>
class OptionalIndirect {
public:
    using value_type = T;

    OptionalIndirect() = default;
    OptionalIndirect(std::nullopt_t) {} // NOLINT(google-explicit-constructor): as std::optional, here and below

    template <class U = T>
        requires(!is_optional_like<std::remove_cvref_t<U>> && std::convertible_to<U, T>)
    OptionalIndirect(U&& value) { // NOLINT(google-explicit-constructor)
        storage_.emplace(std::forward<U>(value));
    }

    template <class U>
        requires std::convertible_to<const U&, T>
    OptionalIndirect(const std::optional<U>& value) { // NOLINT(google-explicit-constructor)
        if (value) storage_.emplace(*value);
    }

    template <class U>
        requires std::convertible_to<U, T>
    OptionalIndirect(std::optional<U>&& value) { // NOLINT(google-explicit-constructor)
        if (value) storage_.emplace(std::move(*value));
    }

    template <class U>
        requires std::convertible_to<const T&, U>
    operator std::optional<U>() const { // NOLINT(google-explicit-constructor)
        return *this ? std::optional<U>(**this) : std::nullopt;
    }

    [[nodiscard]] bool has_value() const { return storage_.get() != nullptr; }
    explicit operator bool() const { return has_value(); }

    [[nodiscard]] T& operator*() { return *storage_.get(); }
    [[nodiscard]] const T& operator*() const { return *storage_.get(); }
    [[nodiscard]] T* operator->() { return storage_.get(); }
    [[nodiscard]] const T* operator->() const { return storage_.get(); }

    template <class U>
    [[nodiscard]] T value_or(U&& other) const {
        return *this ? **this : static_cast<T>(std::forward<U>(other));
    }

    void reset() { storage_.reset(); }

    template <class... Arguments>
    T& emplace(Arguments&&... arguments) {
        return storage_.emplace(std::forward<Arguments>(arguments)...);
    }

    friend bool operator==(const OptionalIndirect& a, const OptionalIndirect& b) {
        return a.has_value() == b.has_value() && (!a.has_value() || *a == *b);
    }
    friend bool operator==(const OptionalIndirect& a, std::nullopt_t) { return !a.has_value(); }

    template <class U>
    friend bool operator==(const OptionalIndirect& a, const std::optional<U>& b) {
        return a.has_value() == b.has_value() && (!b || *a == *b);
    }
    /// Needed because std::optional would compare its value with `b`, and be unequal if both are absent.
    template <class U>
    friend bool operator==(const std::optional<U>& a, const OptionalIndirect& b) {
        return b == a;
    }

    template <class U>
        requires(!is_optional_like<U>)
    friend bool operator==(const OptionalIndirect& a, const U& b) {
        return a.has_value() && *a == b;
    }

private:
    OptionalIndirectStorage<T> storage_;
};

} // namespace evenfold
