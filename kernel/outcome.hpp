/// What a kernel answers: a receipt, or why there is none.
/// Shapes: the domain's own rejection, a clash of command ids, a cause that is none, and a failure of the journal, kept
/// apart by type.
#pragma once

#include <expected>
#include <utility>
#include <variant>

#include "evenfold/core/decider/decider.hpp"
#include "evenfold/core/domain.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::kernel {

/// The domain says no.
template <Domain D>
struct Rejected {
    typename D::Error error;
    friend bool operator==(const Rejected&, const Rejected&) = default;
};

/// The command says that it answers event `cause`, but events stand at 1 to `head` only.
struct CauseNotFound {
    Sequence cause = 0;
    Sequence head = 0;
    friend bool operator==(const CauseNotFound&, const CauseNotFound&) = default;
};

/// Why there is no receipt. After a Failure the command may be submitted again as it is, with the same id.
template <Domain D>
using Refusal = std::variant<Rejected<D>, CommandIdConflict, CauseNotFound, journal::Failure>;

template <Domain D>
using Outcome = std::expected<journal::Receipt, Refusal<D>>;

template <Domain D>
[[nodiscard]] std::unexpected<Refusal<D>> failed(journal::Failure failure) {
    return std::unexpected(Refusal<D>(std::move(failure)));
}

template <Domain D>
[[nodiscard]] std::unexpected<Refusal<D>> clash(const CommandId& command) {
    return std::unexpected(Refusal<D>(CommandIdConflict{command}));
}

template <Domain D>
[[nodiscard]] std::unexpected<Refusal<D>> rejected(typename D::Error error) {
    return std::unexpected(Refusal<D>(Rejected<D>{std::move(error)}));
}

} // namespace evenfold::kernel
