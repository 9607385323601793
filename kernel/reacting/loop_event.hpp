/// Events of a reactor loop, for logs and users.
/// Shape: one value per event in the life of an effect; a reason is a sentence, or JSON for a rejection by the domain.
#pragma once

#include <optional>
#include <string>

#include "evenfold/core/values/uuid.hpp"
#include "evenfold/kernel/reacting/policy.hpp"

namespace evenfold::kernel {

/// An event of a reactor loop, passed to `LoopOptions::on_event`.
struct LoopEvent {
    enum class Status : std::uint8_t { begun, completed, waiting, failed, late, given_up, refused };

    Uuid effect;           // nil: the journal could not be read, or the domain threw
    std::string_view kind; // the type name of the effect, or "journal" or "domain"
    Status status = Status::begun;
    std::uint32_t attempt = 0;
    std::string reason;                 // failed, given_up, refused
    std::optional<MonotonicTime> again; // failed: the earliest time of the next attempt
};

} // namespace evenfold::kernel
