/// The members of a JSON object whose text may be truncated. They are found without parsing the text.
/// Keys and values keep their spelling. They are views into the given text, which must outlive the PartialObject.
/// Errors: none. A text that is not an object has no members. A truncated member exists, but has no string value.
#pragma once

#include <string_view>
#include <vector>

#include "evenfold/providers/wire/json_text.hpp"

namespace evenfold::providers {

class PartialObject {
public:
    PartialObject() = default;
    explicit PartialObject(std::string_view text) : members_(members_of(text)) {}

    /// Returns whether a member with that key begins in the text.
    [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }

    /// Returns the spelling of a string member without its quotes; empty if it is missing or truncated.
    [[nodiscard]] std::string_view string_at(std::string_view key) const;

    /// Returns the object in that member, which may be truncated, too.
    [[nodiscard]] PartialObject object_at(std::string_view key) const;

private:
    [[nodiscard]] const MemberText* find(std::string_view key) const;

    std::vector<MemberText> members_;
};

} // namespace evenfold::providers
