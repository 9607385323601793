#include "evenfold/providers/wire/partial_object.hpp"

#include <algorithm>

namespace evenfold::providers {

std::string_view PartialObject::string_at(std::string_view key) const {
    const MemberText* found = find(key);
    if (!found || !found->is_complete || found->value.size() < 2 || found->value.front() != '"') return {};
    return found->value.substr(1, found->value.size() - 2);
}

PartialObject PartialObject::object_at(std::string_view key) const {
    const MemberText* found = find(key);
    return PartialObject(found ? found->value : std::string_view());
}

const MemberText* PartialObject::find(std::string_view key) const {
    const auto found = std::ranges::find(members_, key, &MemberText::key);
    return found == members_.end() ? nullptr : &*found;
}

} // namespace evenfold::providers
