/// A value of a parsed JSON text, with its spelling. It is a position in an index, and is passed by value.
/// An absent value reads as null, and a value of another type than the one that is asked for reads as empty.
/// Of several members with the same key, the last one counts. A value is valid until its index reads the next text.
///
///     JsonIndex index;
///     if (!index.read(R"({"a":[1.10]})")) return;
///     for (const JsonValue each : JsonValue(index).find("a").elements()) print(each.spelling()); // 1.10
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "evenfold/providers/wire/json_index.hpp"

namespace evenfold::providers {

class JsonElements;

/// A literal, with its constant size.
template <std::size_t size>
using KeyLiteral = const char[size]; // NOLINT(*-avoid-c-arrays): as in the language

class JsonValue {
public:
    /// Creates an absent value.
    JsonValue() = default;

    /// Creates the whole value of `index`, which must have read a valid text.
    explicit JsonValue(const JsonIndex& index) : index_(&index) {}

    [[nodiscard]] bool is_absent() const { return index_ == nullptr; }
    [[nodiscard]] bool is_null() const { return first() == 'n'; }
    [[nodiscard]] bool is_string() const { return first() == '"'; }
    [[nodiscard]] bool is_array() const { return first() == '['; }
    [[nodiscard]] bool is_object() const { return first() == '{'; }
    [[nodiscard]] bool is_true() const { return first() == 't'; }
    [[nodiscard]] bool is_number() const { return first() == '-' || (first() >= '0' && first() <= '9'); }

    /// Returns whether an array has no elements, or an object no members. True for all other values.
    [[nodiscard]] bool is_empty() const { return !index_ || node().nodes == 1; }

    /// Returns the value as it is written in the text; empty if it is absent.
    [[nodiscard]] std::string_view spelling() const { return index_ ? index_->spelling(node()) : std::string_view(); }

    /// Returns the characters of a string.
    [[nodiscard]] std::string_view text() const {
        return is_string() ? index_->characters(node()) : std::string_view();
    }

    /// Returns an integer that is written without fraction and exponent, if the type can represent it.
    [[nodiscard]] std::optional<std::int64_t> integer() const;
    [[nodiscard]] std::optional<std::uint64_t> count() const; // also absent if it has a sign

    /// Returns the nearest double to a number; the largest one if the number is beyond the range.
    [[nodiscard]] std::optional<double> number() const;

    /// Calls `use` with the key and the value of each member of an object, in the order of the text.
    void each_member(auto use) const {
        if (!is_object()) return;
        const std::uint32_t end = at_ + node().nodes;
        for (std::uint32_t at = at_ + 1; at != end; at += 1 + index_->node(at + 1).nodes)
            use(index_->characters(index_->node(at)), JsonValue(*index_, at + 1));
    }

    /// Returns the member of an object; absent if there is none. Takes time linear in the number of members.
    [[nodiscard]] JsonValue find(std::string_view key) const {
        JsonValue found;
        each_member([&](std::string_view name, JsonValue value) { found = name == key ? value : found; });
        return found;
    }

    /// Returns the same for a literal, whose constant size makes the comparisons short.
    template <std::size_t size>
    [[nodiscard]] JsonValue find(KeyLiteral<size>& key) const {
        return find_each(key)[0];
    }

    /// Returns the members of an object with these keys, in their order. One pass, because streams have many lines.
    template <std::size_t... sizes>
    [[nodiscard]] std::array<JsonValue, sizeof...(sizes)> find_each(KeyLiteral<sizes>&... keys) const {
        std::array<JsonValue, sizeof...(sizes)> found;
        each_member([&](std::string_view name, JsonValue value) {
            JsonValue* to = found.data();
            ((is_same(name, keys) ? void(*to = value) : void(), ++to), ...);
        });
        return found;
    }

    /// Returns the elements of an array; none for other values.
    [[nodiscard]] JsonElements elements() const; // json_elements.hpp

private:
    friend class JsonElements;

    JsonValue(const JsonIndex& index, std::uint32_t at) : index_(&index), at_(at) {}

    template <std::size_t size>
    [[nodiscard]] static bool is_same(std::string_view name, KeyLiteral<size>& key) {
        // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): the size is given
        return name.size() == size - 1 && std::memcmp(name.data(), key, size - 1) == 0;
    }

    [[nodiscard]] char first() const { return index_ ? index_->first_character(node()) : 'n'; }
    [[nodiscard]] const JsonNode& node() const { return index_->node(at_); }

    const JsonIndex* index_ = nullptr;
    std::uint32_t at_ = 0;
};

} // namespace evenfold::providers
