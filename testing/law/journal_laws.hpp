/// The law of a domain over several journals: what one keeps, all keep.
/// Cost: the history runs through a kernel over each journal; one in memory is quick, others are their own cost.
/// Source: docs/laws.md, "The laws".
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "evenfold/testing/law/kernel_laws.hpp"

namespace evenfold::testing {

/// A journal to hold a domain to: its name for a person, and how one is made, fresh and empty. What outlives its object
/// says how it is opened again: `reopen` is given the journal, closes it and answers another over what it kept. Null is
/// a journal that cannot be made or opened.
struct JournalKind {
    std::string name;
    MakeJournal make;
    // NOLINTNEXTLINE(readability-redundant-member-init): may be left unnamed
    std::function<std::unique_ptr<journal::Journal>(std::unique_ptr<journal::Journal>)> reopen{};
};

namespace kit {

[[nodiscard]] AnyLaw journals_agree(std::vector<JournalKind> kinds);

} // namespace kit

/// Over the journal in memory and over each of `kinds`.
template <Testable D>
[[nodiscard]] Law<D> journals_agree(std::vector<JournalKind> kinds) {
    return law_for<D>(kit::journals_agree(std::move(kinds)));
}

} // namespace evenfold::testing
