/// JSON as text: parses it whatever it holds, and finds a part of it in the provider's own spelling.
/// The spelling matters because numbers keep their digits, keys their order. All functions are linear in their input.
/// Parts are found in the text by hand because nlohmann keeps no spelling (`1.10` becomes `1.1`), and simdjson refuses
/// a text that ends inside a value, of which the whole members are still needed (docs/hand-written.md).
/// Nothing here throws: text that cannot be read is no document, a missing part is empty.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/core/language.hpp"

namespace evenfold::providers {

using Json = nlohmann::json;

/// Deeper nesting is rejected, because code that walks a value recursively must not exhaust the stack.
inline constexpr std::size_t nesting_max = 512;

/// A parsed value and its text.
struct Document {
    std::shared_ptr<const Json> value;
    std::string_view text;                       // the given text, or `replaced`
    std::shared_ptr<const std::string> replaced; // set if characters had to be replaced
};

/// Parses `text`. Bytes that are not UTF-8 and surrogates without their other half become U+FFFD, control characters
/// in strings become escapes, numbers beyond a double become the nearest in `value` but keep their text.
[[nodiscard]] std::optional<Document> read_document(std::string_view text);

/// Returns whether `text` is one whole JSON value.
[[nodiscard]] bool is_json(std::string_view text);

/// Returns `value` as JSON text without spaces.
[[nodiscard]] std::string text_of(const Json& value);

// Parts of a parsed value: absent if the value is no object, or if the part has another type.

[[nodiscard]] const Json* member(const Json& object, std::string_view key);
[[nodiscard]] const Json& part(const Json& object, std::string_view key); // null if absent
[[nodiscard]] std::string_view text_at(const Json& object, std::string_view key);
[[nodiscard]] std::optional<std::string> word_at(const Json& object, std::string_view key); // also none if empty
[[nodiscard]] bool flag_at(const Json& object, std::string_view key);
[[nodiscard]] std::optional<std::uint64_t> count_at(const Json& object, std::string_view key);

// Parts of a text, found without parsing it.

/// A member in its original spelling. `whole`: the text did not end inside it.
struct MemberText {
    std::string_view key;
    std::string_view value;
    bool whole = true;
};

/// Returns the members of the object that `text` begins with, as far as the text goes.
[[nodiscard]] std::vector<MemberText> members_of(std::string_view text);

/// Returns the elements of the array that `text` begins with.
[[nodiscard]] std::vector<std::string_view> elements_of(std::string_view text);

/// Returns the spelling of the member of `text` with that key (the last one wins), or empty.
[[nodiscard]] std::string_view member_text(std::string_view text, std::string_view key);

/// Returns `text` without blanks, and without zero bytes, at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

} // namespace evenfold::providers
