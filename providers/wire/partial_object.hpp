/// The members of a JSON object that may be cut short, read without parsing it.
/// Shape: views into the given text, which must outlive the object; keys and values as they are spelt in it.
/// Errors: none. Text that is no object has no members; a member that is cut short exists, but has no string value.
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

    /// Returns the spelling of a string member without its quotes; empty if there is no such whole string.
    [[nodiscard]] std::string_view string_at(std::string_view key) const;

    /// Returns the object in that member, as far as the text shows it.
    [[nodiscard]] PartialObject object_at(std::string_view key) const;

private:
    [[nodiscard]] const MemberText* find(std::string_view key) const;

    std::vector<MemberText> members_;
};

} // namespace evenfold::providers
