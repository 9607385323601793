#include "evenfold/bench/projection.hpp"

namespace evenfold::bench {

// Null if no linked object defines it.
[[gnu::weak]] Allocations allocations() noexcept; // NOLINT(readability-redundant-declaration): now it is weak

std::optional<Allocations> allocations_if_counted() noexcept {
    Allocations (*const volatile counted)() noexcept = &allocations;
    return counted ? std::optional(counted()) : std::nullopt;
}

} // namespace evenfold::bench
