/// A value that is nearly always absent: one pointer when it is, an allocation of its own when it is there.
/// Shape: as std::optional, and converted from and to it implicitly. For fields of entities that are many.
/// Written by hand for the memory of those fields, because std::optional has room for the value: see
/// compact_string.hpp.
/// Cost: making, copying and destroying one that is there is an allocation; one that is absent costs nothing.
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "evenfold/core/language.hpp"

namespace evenfold {

/// Where a Rare keeps its T. A type that has a state to spare may be kept in place: it specialises this.
template <class T>
class RarePlace {
public:
    RarePlace() = default;
    RarePlace(const RarePlace& other) : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
    RarePlace(RarePlace&&) noexcept = default;
    RarePlace& operator=(const RarePlace& other) { return *this = RarePlace(other); }
    RarePlace& operator=(RarePlace&&) noexcept = default;
    ~RarePlace() = default;

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
class Rare;

template <class T>
inline constexpr bool is_perhaps = false; // absent or there, by itself
template <class T>
inline constexpr bool is_perhaps<Rare<T>> = true;
template <class T>
inline constexpr bool is_perhaps<std::optional<T>> = true;
template <>
inline constexpr bool is_perhaps<std::nullopt_t> = true;

/// A T or nothing. A moved-from one is absent.
template <class T>
class Rare {
public:
    using value_type = T;

    Rare() = default;
    Rare(std::nullopt_t) {} // NOLINT(google-explicit-constructor): as std::optional, here and below

    template <class U = T>
        requires(!is_perhaps<std::remove_cvref_t<U>> && std::convertible_to<U, T>)
    Rare(U&& value) { // NOLINT(google-explicit-constructor)
        place_.emplace(std::forward<U>(value));
    }

    template <class U>
        requires std::convertible_to<const U&, T>
    Rare(const std::optional<U>& value) { // NOLINT(google-explicit-constructor)
        if (value) place_.emplace(*value);
    }

    template <class U>
        requires std::convertible_to<U, T>
    Rare(std::optional<U>&& value) { // NOLINT(google-explicit-constructor)
        if (value) place_.emplace(std::move(*value));
    }

    template <class U>
        requires std::convertible_to<const T&, U>
    operator std::optional<U>() const { // NOLINT(google-explicit-constructor)
        return *this ? std::optional<U>(**this) : std::nullopt;
    }

    [[nodiscard]] bool has_value() const { return place_.get() != nullptr; }
    explicit operator bool() const { return has_value(); }

    [[nodiscard]] T& operator*() { return *place_.get(); }
    [[nodiscard]] const T& operator*() const { return *place_.get(); }
    [[nodiscard]] T* operator->() { return place_.get(); }
    [[nodiscard]] const T* operator->() const { return place_.get(); }

    template <class U>
    [[nodiscard]] T value_or(U&& other) const {
        return *this ? **this : static_cast<T>(std::forward<U>(other));
    }

    void reset() { place_.reset(); }

    template <class... Arguments>
    T& emplace(Arguments&&... arguments) {
        return place_.emplace(std::forward<Arguments>(arguments)...);
    }

    friend bool operator==(const Rare& a, const Rare& b) {
        return a.has_value() == b.has_value() && (!a.has_value() || *a == *b);
    }
    friend bool operator==(const Rare& a, std::nullopt_t) { return !a.has_value(); }

    template <class U>
    friend bool operator==(const Rare& a, const std::optional<U>& b) {
        return a.has_value() == b.has_value() && (!b || *a == *b);
    }
    template <class U>
        requires(!is_perhaps<U>)
    friend bool operator==(const Rare& a, const U& b) {
        return a.has_value() && *a == b;
    }

private:
    RarePlace<T> place_;
};

} // namespace evenfold
