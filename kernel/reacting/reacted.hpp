/// What a reactor loop tells of itself, for logs and people.
/// Shape: one value for each thing that happens to an effect; reasons are whole sentences or JSON.
#pragma once

#include <optional>
#include <string>

#include "evenfold/core/values/uuid.hpp"
#include "evenfold/kernel/reacting/policy.hpp"

namespace evenfold::kernel {

/// Something that a loop has done, for whoever watches it.
struct Reacted {
    enum class What : std::uint8_t { begun, answered, waiting, failed, late, given_up, refused };

    Uuid effect;           // nil: the journal could not be read
    std::string_view kind; // of the effect: the type's name
    What what = What::begun;
    std::uint32_t attempt = 0;
    std::string reason;          // failed, given_up, refused
    std::optional<Moment> again; // failed: the next attempt is not before
};

} // namespace evenfold::kernel
