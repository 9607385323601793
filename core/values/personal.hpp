/// `Personal<T>`: a value about a person that can be erased later. It is a T, or Erased once its key was destroyed.
/// Shape: EVENFOLD_PERSONAL names the field that identifies the person, the subject. The codec stores the value sealed
/// with the subject's key (docs/personal-data.md), and a domain folds Erased like any other value. No errors.
///
///     struct Enrolled {
///         EVENFOLD_STRUCT(Enrolled, (std::uint64_t, member), (Personal<std::string>, name));
///         EVENFOLD_PERSONAL(name, member);
///     };
///     inline const Enrolled ada{.member = 7, .name = "Ada"};
///     inline const Enrolled erased_member{.member = 7, .name = Erased{}}; // `erased_member.name.value()` is null
#pragma once

#include <optional>
#include <type_traits>
#include <utility>

#include "evenfold/core/platform/language.hpp"

namespace evenfold {

/// The value of a personal field whose key was destroyed.
struct Erased {
    friend bool operator==(const Erased&, const Erased&) = default;
};

/// A T or Erased. T must have a default value, as everything has that the codec reads.
template <class T>
class Personal {
public:
    using value_type = T;

    Personal() = default;
    template <class Value = T>
        requires(std::is_convertible_v<Value, T> && !std::is_same_v<std::remove_cvref_t<Value>, Personal>)
    Personal(Value&& value) // NOLINT(*-explicit-*, *-forwarding-reference-overload): it is used like its value
        : value_(std::forward<Value>(value)) {}
    Personal(Erased) : value_() {} // NOLINT(*-explicit-*)

    [[nodiscard]] bool is_erased() const { return !value_; }
    /// Returns the value, or null if it was erased.
    [[nodiscard]] const T* value() const { return value_ ? &*value_ : nullptr; }
    [[nodiscard]] T* value() { return value_ ? &*value_ : nullptr; }
    /// Returns the value, or `other` if it was erased.
    [[nodiscard]] T value_or(T other) const { return value_ ? *value_ : std::move(other); }

    friend bool operator==(const Personal&, const Personal&) = default;

private:
    std::optional<T> value_ = T{}; // absent: erased
};

} // namespace evenfold
