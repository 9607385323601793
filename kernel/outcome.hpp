/// The outcome of a command: a receipt, or the reason why there is none.
/// Shapes: the domain's own rejection, a conflict of command ids, a cause that does not exist, an expectation that does
/// not hold, a value that cannot be stored, and a failure of the journal or of the domain's code are different types.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

#include "evenfold/codec/codec.hpp"
#include "evenfold/core/decider/decider.hpp"
#include "evenfold/core/domain.hpp"
#include "evenfold/core/erased/any_domain.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::kernel {

/// The domain refused the command.
template <Domain D>
struct Rejected {
    typename D::Error error;
    friend bool operator==(const Rejected&, const Rejected&) = default;
};

/// The command names event `cause` as its cause, but the journal has only the events 1 to `head`.
struct CauseNotFound {
    Sequence cause = 0;
    Sequence head = 0;
    friend bool operator==(const CauseNotFound&, const CauseNotFound&) = default;
};

/// The command's expectation does not hold: the journal's head, or the version of the stream, is `have`.
struct ExpectationFailed {
    std::uint64_t have = 0;
    friend bool operator==(const ExpectationFailed&, const ExpectationFailed&) = default;
};

/// A part of the command has no JSON, so no journal can store it. The error has its path in the command's body.
struct NotStorable {
    codec::EncodeError error;
    friend bool operator==(const NotStorable&, const NotStorable&) = default;
};

/// The reason why there is no receipt. After a Failure the command may be submitted again unchanged, with the same id.
template <Domain D>
using Refusal =
    std::variant<Rejected<D>, CommandIdConflict, CauseNotFound, ExpectationFailed, NotStorable, journal::Failure>;

template <Domain D>
using Outcome = std::expected<journal::Receipt, Refusal<D>>;

// The same types for a domain without its types, as a kernel's engine returns them.

/// The decision has an error.
using AnyRejected = std::shared_ptr<const AnyDecision>;
using AnyRefusal =
    std::variant<AnyRejected, CommandIdConflict, CauseNotFound, ExpectationFailed, NotStorable, journal::Failure>;
using AnyOutcome = std::expected<journal::Receipt, AnyRefusal>;

/// Returns `outcome` with a rejection of D.
template <Domain D>
[[nodiscard]] Outcome<D> outcome_of(AnyOutcome outcome) {
    if (outcome) return std::move(*outcome);
    return std::unexpected(std::visit(
        []<class Reason>(Reason& reason) -> Refusal<D> {
            if constexpr (std::is_same_v<Reason, AnyRejected>)
                return Rejected<D>{*static_cast<const typename D::Error*>(reason->error())};
            else
                return std::move(reason);
        },
        outcome.error()));
}

} // namespace evenfold::kernel
