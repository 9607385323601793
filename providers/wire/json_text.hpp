/// Parses JSON text leniently, and finds members and elements in the provider's own spelling.
/// The spelling matters because the journal must keep the digits of numbers and the order of keys. All functions take
/// linear time. Written by hand because nlohmann keeps no spelling (`1.10` becomes `1.1`), and simdjson refuses a text
/// that ends inside a value, although its complete members are still needed (docs/hand-written.md).
/// Nothing here throws. Unreadable text returns no document, and a missing member is empty.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/core/platform/language.hpp"

namespace evenfold::providers {

using Json = nlohmann::json;

/// Deeper nesting is refused, because recursive code could exhaust the stack.
inline constexpr std::size_t nesting_max = 512;

/// A parsed value and its text.
struct Document {
    std::shared_ptr<const Json> value;
    std::string_view text;                       // the given text, or `replaced`
    std::shared_ptr<const std::string> replaced; // set if characters were replaced
};

/// Parses `text`. Repairs it first if necessary (json_repair.hpp). Numbers beyond the range of a double keep their
/// spelling in the text of the document. Returns nothing if the structure is invalid or nested too deeply.
[[nodiscard]] std::optional<Document> read_document(std::string_view text);

/// Returns whether `text` is one complete JSON value.
[[nodiscard]] bool is_json(std::string_view text);

/// Returns `value` as JSON text without spaces.
[[nodiscard]] std::string text_of(const Json& value);

// Members of a parsed value. They are absent if the value is not an object, or if the member has another type.

[[nodiscard]] const Json* find_member(const Json& object, std::string_view key);
[[nodiscard]] const Json& member_at(const Json& object, std::string_view key); // JSON null if absent
[[nodiscard]] std::string_view text_at(const Json& object, std::string_view key);
[[nodiscard]] std::optional<std::string> nonempty_at(const Json& object, std::string_view key); // also absent if empty
[[nodiscard]] bool bool_at(const Json& object, std::string_view key);
[[nodiscard]] std::optional<std::uint64_t> count_at(const Json& object, std::string_view key);

// Members and elements of a text, found without parsing it.

/// A member in its original spelling. `is_complete`: false if the text ends inside the member.
struct MemberText {
    std::string_view key;
    std::string_view value;
    bool is_complete = true;
};

/// Returns the members of the object at the beginning of `text`. The text may end inside the object.
[[nodiscard]] std::vector<MemberText> members_of(std::string_view text);

/// Returns the elements of the array at the beginning of `text`.
[[nodiscard]] std::vector<std::string_view> elements_of(std::string_view text);

/// Returns the spelling of the last member of `text` with that key; empty if there is none.
[[nodiscard]] std::string_view member_text(std::string_view text, std::string_view key);

/// Returns `text` without the blanks and zero bytes at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

} // namespace evenfold::providers
