/// `Indirect<T>`: owns one T behind a pointer, so it is cheap to move whatever the size of T. A copy copies the T.
/// It always has a value, except after a move: then it may only be assigned to or destroyed. One allocation per T.
/// Written by hand because std::indirect of C++26, which it follows, is not in the libraries of g++ 12 and clang 19.
///
///     Indirect<std::string> box("first");
///     const Indirect<std::string> copy = box;
///     *box = "second";
///     assert(*copy == "first" && box->size() == 6);
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "evenfold/core/platform/language.hpp"

namespace evenfold {

/// Owns one T. After a move it holds nothing, and may only be assigned to or destroyed.
template <class T>
class Indirect {
public:
    static constexpr std::string_view stored_name = "Box"; // its first name, because stored names never change

    Indirect() : value_(std::make_unique<T>()) {}
    explicit Indirect(T value) : value_(std::make_unique<T>(std::move(value))) {}
    Indirect(const Indirect& other) : value_(std::make_unique<T>(*other)) {}
    Indirect(Indirect&&) noexcept = default;
    Indirect& operator=(const Indirect& other) {
        if (this != &other) value_ = std::make_unique<T>(*other);
        return *this;
    }
    Indirect& operator=(Indirect&&) noexcept = default;
    ~Indirect() = default;

    [[nodiscard]] T& operator*() { return *value_; }
    [[nodiscard]] const T& operator*() const { return *value_; }
    [[nodiscard]] T* operator->() { return value_.get(); }
    [[nodiscard]] const T* operator->() const { return value_.get(); }

    friend bool operator==(const Indirect& a, const Indirect& b) {
        static_assert(
            requires { *a == *b; }, "an Indirect or a Table compares its content, which needs friend bool "
                                    "operator==(const T&, const T&) = default");
        return *a == *b;
    }

private:
    std::unique_ptr<T> value_;
};

} // namespace evenfold
