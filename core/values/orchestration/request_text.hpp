/// The text of requests to the user and of the user's decisions, and the limits of its size.
/// Pure functions of values. Errors: none.
/// Source: the orchestration specification, section 6.4.
#pragma once

#include <string>

#include "evenfold/core/values/orchestration/values.hpp"

namespace evenfold::orchestration {

/// Cuts a request to the limits, so that a person can decide on a request of any length.
[[nodiscard]] RequestKind within_limits(RequestKind kind);

/// Returns all text of a request, as input of its fingerprint.
[[nodiscard]] std::string text_of(const RequestKind& kind);

/// Returns the text that the user wrote with a decision.
[[nodiscard]] std::string user_text_of(const ApprovalDecision& decision);

} // namespace evenfold::orchestration
