/// `Box<T>`: owns one T behind a pointer, so it is cheap to move whatever the size of T. A copy copies the T.
/// It always has a value, except after a move: then it may only be assigned to or destroyed. One allocation per T.
/// Written by hand because std::indirect of C++26, which it follows, is not in the libraries of g++ 12 and clang 19.
///
///     Box<std::string> box("first");
///     const Box<std::string> copy = box;
///     *box = "second";
///     assert(*copy == "first" && box->size() == 6);
#pragma once

#include <memory>
#include <utility>

namespace evenfold {

/// Owns one T. A moved-from box holds nothing and may only be assigned to or destroyed.
template <class T>
class Box {
public:
    Box() : value_(std::make_unique<T>()) {}
    explicit Box(T value) : value_(std::make_unique<T>(std::move(value))) {}
    Box(const Box& other) : value_(std::make_unique<T>(*other)) {}
    Box(Box&&) noexcept = default;
    Box& operator=(const Box& other) {
        if (this != &other) value_ = std::make_unique<T>(*other);
        return *this;
    }
    Box& operator=(Box&&) noexcept = default;
    ~Box() = default;

    [[nodiscard]] T& operator*() { return *value_; }
    [[nodiscard]] const T& operator*() const { return *value_; }
    [[nodiscard]] T* operator->() { return value_.get(); }
    [[nodiscard]] const T* operator->() const { return value_.get(); }

    friend bool operator==(const Box& a, const Box& b) {
        static_assert(
            requires { *a == *b; },
            "what a Box or a Table holds is compared: it needs friend bool operator==(const T&, const T&) = default");
        return *a == *b;
    }

private:
    std::unique_ptr<T> value_;
};

} // namespace evenfold
