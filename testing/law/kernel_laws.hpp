/// Laws of a domain in a kernel over a journal: rejections and repeats.
/// Cost: each runs the history through its own kernel, over a journal in memory unless another one is specified.
/// Source: docs/laws.md, "The laws".
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/testing/engine/kernel_driver.hpp"
#include "evenfold/testing/law/sampled_steps.hpp"

namespace evenfold::testing {

/// Laws that run a history through a kernel check only every n-th history of a search, because they are expensive.
inline constexpr std::uint64_t kernel_law_interval = 8;

/// Creates an empty journal; returns null if that fails.
using MakeJournal = std::function<std::unique_ptr<journal::Journal>()>;

namespace kit {

/// A history without the commands that no actor may submit, because a kernel does not pass them to the domain.
class PermittedHistory {
public:
    explicit PermittedHistory(const AnyHistory& generated);

    [[nodiscard]] const AnyHistory& history() const { return history_; }

private:
    AnyPointer permitted_; // null when every command is permitted
    AnyHistory history_;
};

/// Checks that `outcome` equals the decision of the step without a kernel.
[[nodiscard]] Verdict
same_decision(const AnyTestable& domain, const AnyHistoryStep& step, const kernel::AnyOutcome& outcome);

[[nodiscard]] AnyLaw rejection_changes_nothing();
[[nodiscard]] AnyLaw same_command_once(MakeJournal make = {});

} // namespace kit

/// Returns the first of all actors that may submit `command`; nullopt if D forbids it to all.
template <Domain D>
[[nodiscard]] std::optional<Actor> permitted_actor(const typename D::Command& command) {
    return permitted_actor(any_domain<D>(), &command);
}

/// Returns `history` without the commands that no actor may submit.
template <Testable D>
[[nodiscard]] History<D> permitted(const History<D>& history) {
    const kit::PermittedHistory permitted(any_history(history));
    return *static_cast<const History<D>*>(permitted.history().history());
}

template <Testable D>
[[nodiscard]] Law<D> rejection_changes_nothing() {
    return law_for<D>(kit::rejection_changes_nothing());
}

/// Uses a journal that `make` creates, in memory if `make` is empty. Null means that the journal cannot be created.
template <Testable D>
[[nodiscard]] Law<D> same_command_once(MakeJournal make = {}) {
    return law_for<D>(kit::same_command_once(std::move(make)));
}

} // namespace evenfold::testing
