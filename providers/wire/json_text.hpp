/// Reads JSON text leniently, and finds the members of texts that may be truncated, in the provider's own spelling.
/// The spelling matters because the journal must keep the digits of numbers and the order of keys. All functions take
/// linear time. Written by hand because nlohmann keeps no spelling (`1.10` becomes `1.1`), and simdjson refuses a text
/// that ends inside a value, although its complete members are still needed (docs/hand-written.md).
/// Nothing here throws. Unreadable text returns no document, and a missing member is empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/core/platform/language.hpp"
#include "evenfold/providers/wire/json_elements.hpp"
#include "evenfold/providers/wire/json_value.hpp"

namespace evenfold::providers {

/// A parsed text. Valid until its reader reads the next one.
struct Document {
    JsonValue value;
    bool is_repaired = false; // characters were replaced, so that its spelling is that of the repaired text
};

/// Parses texts, one after the other, in memory that it reuses. It must not be moved while a document is in use.
class JsonReader {
public:
    /// Parses `text`, which must outlive the document. Repairs it first if necessary (json_repair.hpp). Returns nothing
    /// if the structure is invalid or nested too deeply.
    [[nodiscard]] std::optional<Document> read(std::string_view text);

    /// Parses `text`, which must outlive the document. Returns nothing if it is damaged in any way.
    [[nodiscard]] std::optional<Document> read_undamaged(std::string_view text);

private:
    JsonIndex index_;
    std::string repaired_;
};

/// Returns whether `text` is one complete JSON value.
[[nodiscard]] bool is_json(std::string_view text);

/// Returns `value` as JSON text without spaces, with its keys in order.
[[nodiscard]] std::string text_of(JsonValue value);

// Members of a parsed value. They are absent if the value is not an object, or if the member has another type.
// A key is a literal or a std::string_view.

[[nodiscard]] JsonValue member_at(JsonValue object, const auto& key) {
    return object.find(key);
}

[[nodiscard]] std::string_view text_at(JsonValue object, const auto& key) {
    return object.find(key).text();
}

/// Returns the text, unless it is empty.
[[nodiscard]] std::optional<std::string> nonempty_at(JsonValue object, const auto& key) {
    const std::string_view text = text_at(object, key);
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

[[nodiscard]] bool bool_at(JsonValue object, const auto& key) {
    return object.find(key).is_true();
}

[[nodiscard]] std::optional<std::uint64_t> count_at(JsonValue object, const auto& key) {
    return object.find(key).count();
}

// Members and elements of a text, found without parsing it.

/// A member in its original spelling. `is_complete`: false if the text ends inside the member.
struct MemberText {
    std::string_view key;
    std::string_view value;
    bool is_complete = true;
};

/// Returns the members of the object at the beginning of `text`. The text may end inside the object.
[[nodiscard]] std::vector<MemberText> members_of(std::string_view text);

/// Returns the spelling of the last member of `text` with that key; empty if there is none.
[[nodiscard]] std::string_view member_text(std::string_view text, std::string_view key);

/// Returns `text` without the blanks and zero bytes at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

} // namespace evenfold::providers
