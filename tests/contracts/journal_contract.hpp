/// What every journal keeps: the rules of the port, each a function from an adapter to the ways in which it breaks it.
/// Shapes: a violation is a sentence with the figures; no violations is a kept rule. No test framework inside, so that
/// a control can ask for the violations of an adapter that is broken on purpose.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/journal/journal.hpp"

namespace evenfold::journal::contract {

/// A journal under test, and what it lies in.
class Home {
public:
    Home() = default;
    Home(const Home&) = delete;
    Home& operator=(const Home&) = delete;
    virtual ~Home() = default;

    [[nodiscard]] virtual Journal& journal() = 0;

    /// Closes the journal and opens it again; false when this adapter keeps nothing.
    [[nodiscard]] virtual bool reopen() { return false; }
};

/// Makes a home with an empty journal.
using MakeHome = std::function<std::unique_ptr<Home>()>;

using Violations = std::vector<std::string>;

struct Rule {
    std::string_view sentence;
    Violations (*violations)(const MakeHome&);
};

/// All rules, cheap ones first.
[[nodiscard]] const std::vector<Rule>& rules();

/// Those of them about cursors and pages.
[[nodiscard]] std::vector<Rule> rules_of_reading();

/// Those of them about threads, waiting and reopening.
[[nodiscard]] std::vector<Rule> rules_of_sharing();

/// The violations of all rules, each with its rule's sentence before it.
[[nodiscard]] Violations violations_of_all_rules(const MakeHome& make);

} // namespace evenfold::journal::contract
