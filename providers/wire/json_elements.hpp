/// The elements of a parsed JSON array.
/// Shape: a range of JsonValue, which is passed by value. A value that is no array has no elements.
#pragma once

#include <cstddef>

#include "evenfold/providers/wire/json_value.hpp"

namespace evenfold::providers {

class JsonElements {
public:
    class Iterator {
    public:
        using value_type = JsonValue;
        using difference_type = std::ptrdiff_t;

        Iterator() = default;
        explicit Iterator(JsonValue value) : value_(value) {}

        JsonValue operator*() const { return value_; }
        Iterator& operator++() {
            value_.at_ += value_.node().nodes;
            return *this;
        }
        Iterator operator++(int) {
            const Iterator before = *this;
            ++*this;
            return before;
        }
        bool operator==(const Iterator& other) const { return value_.at_ == other.value_.at_; }

    private:
        JsonValue value_;
    };

    explicit JsonElements(JsonValue array) {
        if (!array.is_array()) return;
        first_ = JsonValue(*array.index_, array.at_ + 1);
        end_ = JsonValue(*array.index_, array.at_ + array.node().nodes);
    }

    [[nodiscard]] Iterator begin() const { return Iterator(first_); }
    [[nodiscard]] Iterator end() const { return Iterator(end_); }
    [[nodiscard]] bool empty() const { return first_.at_ == end_.at_; }

private:
    JsonValue first_;
    JsonValue end_;
};

inline JsonElements JsonValue::elements() const {
    return JsonElements(*this);
}

} // namespace evenfold::providers
