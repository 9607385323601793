/// The laws that every domain obeys, and the search for a history that breaks one.
/// Shape: a law is a name, a sentence and a function from a history to a verdict; a domain's own have the same form and
/// stand beside these. A law that throws is broken.
/// Source: the laws L1 to L9, L19, L33 and L37 of the orchestration specification, section 6.8, told of any domain.
#pragma once

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/core/reflection/type_name.hpp"
#include "evenfold/testing/history.hpp"
#include "evenfold/testing/law/codec_laws.hpp"
#include "evenfold/testing/law/fold_laws.hpp"
#include "evenfold/testing/law/hook_laws.hpp"
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
    if constexpr (HasStreams<D>) laws.push_back(streams_follow<D>());
    for (Law<D>& law : own) {
        law.own = true;
        laws.push_back(std::move(law));
    }
    return laws;
}

/// What is searched, how, and for how long.
template <Testable D>
struct Search {
    std::vector<Law<D>> laws = laws_of<D>();
    Drawn<D> drawn;
    Effort effort; // the environment overrides it, unless it is fixed
};

/// A law that is broken, and the test that shows it; without a law, why the search has put nothing to the test.
struct Finding {
    std::string law;
    std::string says; // its sentence
    std::string told; // what broke, in the smallest history
    std::string code; // a test to be pasted
    std::uint64_t seed = 0;
};

[[nodiscard]] inline std::string to_text(const Finding& finding) {
    if (finding.law.empty()) return "nothing was put to the test: " + finding.told;
    return fmt::format("the law {} is broken ({}): {}\n"
                       "EVENFOLD_SEED={} EVENFOLD_CASES=1 finds it again; as a test:\n\n{}",
                       finding.law, finding.says, finding.told, finding.seed, finding.code);
}

/// `law` on `history`; what it throws breaks it.
template <Testable D>
[[nodiscard]] Verdict obeys(const Law<D>& law, const History<D>& history) {
    try {
        return law.check(history);
    } catch (...) {
        return breaks("it throws: " + thrown_text());
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
[[nodiscard]] std::string test_of(const Law<D>& law, const History<D>& history) {
    std::string code = fmt::format("TEST_CASE(\"{}: {}\") {{\n    using namespace evenfold::testing;\n"
                                   "    CHECK_SCENARIO(obeys<{}>(\"{}\", {{\n",
                                   type_name<D>, law.name, type_name<D>, law.name);
    for (const Step<D>& step : history.steps) code += "        " + code_of(step.command) + ",\n";
    if (history.thrower) code += "        " + code_of(*history.thrower) + ",\n";
    const bool is_own =
        law.own || std::ranges::none_of(laws_of<D>(), [&](const Law<D>& one) { return one.name == law.name; });
    return code + (is_own ? "    }, laws()));\n}\n" : "    }));\n}\n");
}

/// What a search has found, and what it has asked to find it.
struct Searched {
    std::vector<Finding> findings;
    Tally tally;
};

/// A search for broken laws, a history at a time.
template <Testable D>
class Searching {
public:
    explicit Searching(const Search<D>& search) : search_(search), standing_(search.laws) {}

    Searched run() {
        Effort effort;
        try {
            effort = from_environment(search_.effort);
        } catch (const std::invalid_argument& thrown) {
            nothing(thrown.what());
            return std::move(result_);
        }
        for (std::uint64_t n = 0; n < effort.cases && !standing_.empty(); ++n) history(effort, n);
        if (search_.laws.empty()) nothing("there is no law");
        if (result_.findings.empty() && effort.cases > 1 && result_.tally.events == 0)
            nothing("no command ever had events");
        return std::move(result_);
    }

private:
    void history(const Effort& effort, std::uint64_t n) {
        now_.law = {};
        now_.seed = effort.seed + n;
        Random random(now_.seed);
        const auto [rows, history] = draw_history(random, search_.drawn);
        result_.tally.add(history);
        std::erase_if(standing_, [&](const Law<D>& law) {
            if (n % law.every != 0) return false;
            now_.law = law.name;
            if (obeys(law, history)) return false;
            result_.findings.push_back(finding(law, rows, effort));
            return true;
        });
    }

    Finding finding(const Law<D>& law, const std::vector<Row>& rows, const Effort& effort) const {
        const auto smallest = reduced(rows, effort.reductions_max, [&](const std::vector<Row>& candidate) {
            return !obeys(law, history_of(candidate, search_.drawn));
        });
        const History<D> least = history_of(smallest, search_.drawn);
        const Verdict verdict = obeys(law, least);
        return {.law = std::string(law.name),
                .says = std::string(law.says),
                .told = verdict ? "now and then; asked once more, it held" : verdict.told(),
                .code = test_of(law, least),
                .seed = now_.seed};
    }

    void nothing(std::string why) {
        result_.findings.push_back({.law = {}, .says = {}, .told = std::move(why), .code = {}, .seed = now_.seed});
    }

    const Search<D>& search_;
    Asking now_;
    std::vector<Law<D>> standing_;
    Searched result_{.findings = {}, .tally = Tally(shape_of<typename D::Command>())};
};

/// Every law that some history breaks, each with the smallest such history that was found. A search without laws, or in
/// which nothing ever happens, is a finding, too. A crash tells law and seed.
template <Testable D>
[[nodiscard]] Searched searched(const Search<D>& search) {
    return Searching<D>(search).run();
}

/// The laws that it breaks, alone.
template <Testable D>
[[nodiscard]] std::vector<Finding> broken_laws(const Search<D>& search) {
    return searched(search).findings;
}

} // namespace evenfold::testing
