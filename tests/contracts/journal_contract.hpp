/// The contract of every journal: the rules of the port. Each is a function that returns the violations of an adapter.
/// Shapes: a violation is a sentence with the measured values; without violations, a rule holds. It uses no test
/// framework, so that a negative control can get the violations of an adapter that is broken on purpose.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/journal/journal.hpp"

namespace evenfold::journal::contract {

/// Owns a journal under test and its storage.
class JournalFixture {
public:
    JournalFixture() = default;
    JournalFixture(const JournalFixture&) = delete;
    JournalFixture& operator=(const JournalFixture&) = delete;
    virtual ~JournalFixture() = default;

    [[nodiscard]] virtual Journal& journal() = 0;

    /// Closes the journal and opens it again. Returns false if this adapter stores nothing permanently.
    [[nodiscard]] virtual bool reopen() { return false; }
};

/// Returns a fixture with an empty journal.
using MakeFixture = std::function<std::unique_ptr<JournalFixture>()>;

using Violations = std::vector<std::string>;

struct Rule {
    std::string_view sentence;
    Violations (*violations)(const MakeFixture&);
};

/// Returns all rules, cheap ones first.
[[nodiscard]] const std::vector<Rule>& rules();

/// Returns the rules about cursors and pages.
[[nodiscard]] std::vector<Rule> rules_of_reading();

/// Returns the rules about threads, waiting and reopening.
[[nodiscard]] std::vector<Rule> rules_of_sharing();

/// Returns the violations of all rules, each preceded by its rule's sentence.
[[nodiscard]] Violations violations_of_all_rules(const MakeFixture& make);

} // namespace evenfold::journal::contract
