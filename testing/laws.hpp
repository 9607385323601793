/// The laws that every domain obeys, and the search for a history that breaks one.
/// Shape: a law is a name, a sentence and a function from a history to a verdict; a domain's own have the same form and
/// stand beside these. A law that throws is broken.
/// Source: the laws L1 to L9, L19, L33 and L37 of the orchestration specification, section 6.8, told of any domain.
#pragma once

#include <algorithm>
#include <exception>
#include <fmt/format.h>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/core/reflection/type_name.hpp"
#include "evenfold/testing/history.hpp"
#include "evenfold/testing/law/codec_laws.hpp"
#include "evenfold/testing/law/fold_laws.hpp"
#include "evenfold/testing/law/journal_laws.hpp"
#include "evenfold/testing/law/kernel_laws.hpp"
#include "evenfold/testing/search.hpp"
#include "evenfold/testing/tally.hpp"
#include "evenfold/testing/telling.hpp"

namespace evenfold::testing {

/// All laws of this kit that D can be held to, and after them those of its own.
template <Testable D>
[[nodiscard]] std::vector<Law<D>> laws_of(std::vector<Law<D>> own = {}) {
    std::vector<Law<D>> laws{never_throws<D>(),        deterministic_decide<D>(),      inputs_left_alone<D>(),
                             total_project<D>(),       replay_equals_live<D>(),        cut_anywhere<D>(),
                             batch_equals_parts<D>(),  snapshot_and_tail<D>(),         codec_round_trip<D>(),
                             unknown_fields_kept<D>(), rejection_changes_nothing<D>(), same_command_once<D>(),
                             journals_agree<D>({})};
    if constexpr (HasEffects<D>) laws.push_back(effects_follow<D>());
    std::ranges::move(own, std::back_inserter(laws));
    return laws;
}

/// What is searched, how, and for how long.
template <Testable D>
struct Search {
    std::vector<Law<D>> laws = laws_of<D>();
    Drawn<D> drawn;
    Effort effort = from_environment({});
};

/// A law that is broken, and the test that shows it.
struct Finding {
    std::string law;
    std::string told; // what broke, in the smallest history
    std::string code; // a test to be pasted
    std::uint64_t seed = 0;
};

[[nodiscard]] inline std::string to_text(const Finding& finding) {
    return fmt::format("the law {} is broken: {}\nEVENFOLD_SEED={} EVENFOLD_CASES=1 finds it again; as a test:\n\n{}",
                       finding.law, finding.told, finding.seed, finding.code);
}

/// `law` on `history`; what it throws breaks it.
template <Testable D>
[[nodiscard]] Verdict obeys(const Law<D>& law, const History<D>& history) {
    try {
        return law.check(history);
    } catch (const std::exception& thrown) {
        return {.holds = false, .reason = fmt::format("it throws: {}", thrown.what()), .where = {}};
    }
}

/// The law of that name, or all that have it, on the history of these commands: what a pasted counterexample asks.
template <Testable D>
[[nodiscard]] Verdict
obeys(std::string_view name, const std::vector<typename D::Command>& commands,
      const std::vector<Law<D>>& laws = laws_of<D>(), std::source_location where = std::source_location::current()) {
    Verdict verdict{.holds = false, .reason = fmt::format("there is no law '{}'", name), .where = where};
    for (const Law<D>& law : laws) {
        if (law.name != name) continue;
        verdict = obeys(law, asked<D>(commands));
        verdict.where = where;
        if (!verdict) break;
    }
    return verdict;
}

/// The commands of `history` as a test of `law`. A law that is not the kit's is looked for in what `laws()` answers.
template <Testable D>
[[nodiscard]] std::string test_of(std::string_view law, const History<D>& history) {
    std::string code = fmt::format("TEST_CASE(\"{}: {}\") {{\n    using namespace evenfold::testing;\n"
                                   "    CHECK_SCENARIO(obeys<{}>(\"{}\", {{\n",
                                   type_name<D>, law, type_name<D>, law);
    for (const Step<D>& step : history.steps) code += "        " + code_of(step.command) + ",\n";
    if (history.thrower) code += "        " + code_of(*history.thrower) + ",\n";
    const bool is_own = std::ranges::none_of(laws_of<D>(), [&](const Law<D>& one) { return one.name == law; });
    return code + (is_own ? "    }, laws()));\n}\n" : "    }));\n}\n");
}

/// What a search has found, and what it has asked to find it.
struct Searched {
    std::vector<Finding> findings;
    Tally tally;
};

/// Every law that some history breaks, each with the smallest such history that was found.
template <Testable D>
[[nodiscard]] Searched searched(const Search<D>& search) {
    Searched result{.findings = {}, .tally = Tally(shape_of<typename D::Command>())};
    std::vector<Law<D>> standing = search.laws;
    for (std::uint64_t n = 0; n < search.effort.cases && !standing.empty(); ++n) {
        const std::uint64_t seed = search.effort.seed + n;
        Random random(seed);
        const auto [rows, history] = draw_history(random, search.drawn);
        result.tally.add(history);
        std::erase_if(standing, [&](const Law<D>& law) {
            if (n % law.every != 0 || obeys(law, history)) return false;
            const auto smallest = reduced(rows, search.effort.reductions_max, [&](const std::vector<Row>& candidate) {
                return !obeys(law, history_of(candidate, search.drawn));
            });
            const History<D> least = history_of(smallest, search.drawn);
            const Verdict verdict = obeys(law, least);
            result.findings.push_back({.law = std::string(law.name),
                                       .told = verdict ? "now and then; asked once more, it held" : verdict.told(),
                                       .code = test_of(law.name, least),
                                       .seed = seed});
            return true;
        });
    }
    return result;
}

/// The laws that it breaks, alone.
template <Testable D>
[[nodiscard]] std::vector<Finding> broken_laws(const Search<D>& search) {
    return searched(search).findings;
}

} // namespace evenfold::testing
