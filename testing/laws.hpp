/// The laws of every domain, and the search for a history that breaks one.
/// Shape: a law is a name, a sentence and a function from a history to a verdict. A domain's own laws have the same
/// form and are checked with these. A law that throws is broken.
/// Source: docs/laws.md, "The laws".
#pragma once

#include <algorithm>
#include <fmt/format.h>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evenfold/testing/engine/any_search.hpp"
#include "evenfold/testing/history.hpp"
#include "evenfold/testing/history_generator.hpp"
#include "evenfold/testing/law/ambient_law.hpp"
#include "evenfold/testing/law/codec_laws.hpp"
#include "evenfold/testing/law/entity_laws.hpp"
#include "evenfold/testing/law/event_laws.hpp"
#include "evenfold/testing/law/fold_laws.hpp"
#include "evenfold/testing/law/hook_laws.hpp"
#include "evenfold/testing/law/journal_laws.hpp"
#include "evenfold/testing/law/kernel_laws.hpp"
#include "evenfold/testing/law/order_law.hpp"

namespace evenfold::testing {

/// Returns the laws of this kit that apply to D.
template <Testable D>
[[nodiscard]] std::vector<AnyLaw> kit_laws_of() {
    std::vector<AnyLaw> laws = kit_laws(HasEffects<D>, HasStreams<D>);
    for (AnyLaw law : {kit::events_matter({}), kit::order_free(), kit::no_ambient_input(linked_counter)})
        laws.push_back(std::move(law));
    return laws;
}

/// Returns the laws of this kit that apply to D, followed by its own. Its own events-matter replaces that of the kit.
template <Testable D>
[[nodiscard]] std::vector<Law<D>> laws_of(std::vector<Law<D>> own = {}) {
    static_assert(HasComparableEffects<D> || !HasEffects<D>,
                  "effects-follow needs effects with operator== and an id of their own, as Id<struct EffectTag> id");
    std::vector<Law<D>> laws;
    const bool names_records = std::ranges::count(own, "events-matter", &Law<D>::name) > 0;
    for (AnyLaw& law : kit_laws_of<D>())
        if (law.name != "events-matter" || !names_records) laws.push_back(law_for<D>(std::move(law)));
    for (Law<D>& law : own) {
        law.own = true;
        laws.push_back(std::move(law));
    }
    return laws;
}

/// The options of a search: laws, histories, effort.
template <Testable D>
struct Search {
    std::vector<Law<D>> laws = laws_of<D>();
    HistoryOptions<D> histories = {};
    SearchEffort effort = {};                 // the environment overrides it, unless it is fixed
    std::vector<std::string> rare_kinds = {}; // of commands, which need not have events; any other is a finding
};

/// Checks `law` on `history`. A law that throws is broken.
template <Testable D>
[[nodiscard]] Verdict obeys(const Law<D>& law, const History<D>& history) {
    return obeys(without_types(law), any_history(history));
}

/// Checks all laws of that name on the history of these commands. A pasted counterexample calls this.
template <Testable D>
[[nodiscard]] Verdict
obeys(std::string_view name, const std::vector<typename D::Command>& commands,
      const std::vector<Law<D>>& laws = laws_of<D>(), std::source_location where = std::source_location::current()) {
    Verdict verdict{.holds = false, .reason = fmt::format("no law is named '{}'", name), .where = where};
    for (const Law<D>& law : laws) {
        if (law.name != name) continue;
        verdict = obeys(law, make_history<D>(commands));
        verdict.where = where;
        if (!verdict) break;
    }
    return verdict;
}

/// Returns the names of the laws of this kit that apply to D.
template <Testable D>
[[nodiscard]] std::vector<std::string_view> kit_names() {
    std::vector<std::string_view> names;
    for (const AnyLaw& law : kit_laws_of<D>()) names.push_back(law.name);
    return names;
}

/// Returns the commands of `history` as a test of `law`. The test finds a law that is not the kit's in `laws()`.
template <Testable D>
[[nodiscard]] std::string test_of(const Law<D>& law, const History<D>& history) {
    const bool is_own = law.own || std::ranges::count(kit_names<D>(), law.name) == 0;
    return test_of(without_types(law), is_own, any_history(history));
}

/// Searches for histories that break the laws. Returns each cause once, with a small history and the laws that it
/// breaks, and why the search tested too little, if so. A crash or a hang prints law, seed and history.
template <Testable D>
[[nodiscard]] SearchResult run_search(const Search<D>& search) {
    AnySearch any{.domain = any_testable<D>(),
                  .laws = {},
                  .kit = kit_names<D>(),
                  .histories = without_types(search.histories),
                  .effort = search.effort,
                  .rare_kinds = search.rare_kinds};
    for (const Law<D>& law : search.laws) any.laws.push_back(without_types(law));
    return run_search(any);
}

/// Runs the search and returns only its findings.
template <Testable D>
[[nodiscard]] std::vector<Finding> find_broken_laws(const Search<D>& search) {
    return run_search(search).findings;
}

} // namespace evenfold::testing
