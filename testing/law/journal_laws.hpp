/// The law of a domain over several journals: all of them keep the same events.
/// Cost: the history runs through a kernel over each journal; one in memory is fast, others have their own cost.
/// Source: docs/laws.md, "The laws".
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "evenfold/testing/law/kernel_laws.hpp"

namespace evenfold::testing {

/// A kind of journal to test a domain with: its name for users, and a function that creates an empty one. If the
/// journal is persistent, `reopen` closes the journal that it is given and returns another one over the same storage.
/// Null means that the journal cannot be created or opened.
struct JournalKind {
    std::string name;
    MakeJournal make;
    // NOLINTNEXTLINE(readability-redundant-member-init): may be left unnamed
    std::function<std::unique_ptr<journal::Journal>(std::unique_ptr<journal::Journal>)> reopen{};
};

namespace kit {

[[nodiscard]] AnyLaw journals_agree(std::vector<JournalKind> kinds);

} // namespace kit

/// Checks the journal in memory and each of `kinds`.
template <Testable D>
[[nodiscard]] Law<D> journals_agree(std::vector<JournalKind> kinds) {
    return law_for<D>(kit::journals_agree(std::move(kinds)));
}

} // namespace evenfold::testing
