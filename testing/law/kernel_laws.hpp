/// Laws of a domain in a kernel over a journal: rejections and repeats.
/// Cost: each runs the history through a kernel of its own, over a journal in memory unless another is asked for.
/// Source: docs/laws.md, "The laws".
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/testing/engine/any_driven.hpp"
#include "evenfold/testing/law/look.hpp"

namespace evenfold::testing {

/// A law that runs a history through a kernel is checked on each so manieth of a search.
inline constexpr std::uint64_t dear = 8;

/// Makes a fresh and empty journal, or null when it cannot be made.
using MakeJournal = std::function<std::unique_ptr<journal::Journal>()>;

namespace kit {

/// A history without what nobody may ask, which a kernel keeps from the domain.
class Permitted {
public:
    explicit Permitted(const AnyHistory& told);

    [[nodiscard]] const AnyHistory& history() const { return history_; }

private:
    AnyPointer rest_; // null when all may be asked
    AnyHistory history_;
};

/// Whether `outcome` is what the step was answered without a kernel.
[[nodiscard]] Verdict same_answer(const AnyTestable& domain, const AnyStep& step, const kernel::AnyOutcome& outcome);

[[nodiscard]] AnyLaw rejection_changes_nothing();
[[nodiscard]] AnyLaw same_command_once(MakeJournal make = {});

} // namespace kit

/// Who may ask `command`: the first of all actors that D does not forbid to; nothing when it forbids all.
template <Domain D>
[[nodiscard]] std::optional<Actor> asker_of(const typename D::Command& command) {
    return asker_of(any_domain<D>(), &command);
}

/// `history` without what nobody may ask, which a kernel keeps from the domain.
template <Testable D>
[[nodiscard]] History<D> permitted(const History<D>& history) {
    const kit::Permitted permitted(any_history(history));
    return *static_cast<const History<D>*>(permitted.history().history());
}

template <Testable D>
[[nodiscard]] Law<D> rejection_changes_nothing() {
    return law_for<D>(kit::rejection_changes_nothing());
}

/// Over a fresh journal that `make` makes, in memory when it is empty. Null is a journal that cannot be made.
template <Testable D>
[[nodiscard]] Law<D> same_command_once(MakeJournal make = {}) {
    return law_for<D>(kit::same_command_once(std::move(make)));
}

} // namespace evenfold::testing
