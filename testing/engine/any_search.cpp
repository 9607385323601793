#include "evenfold/testing/engine/any_search.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

#include "evenfold/testing/law/codec_laws.hpp"
#include "evenfold/testing/law/fold_laws.hpp"
#include "evenfold/testing/law/hook_laws.hpp"
#include "evenfold/testing/law/journal_laws.hpp"

namespace evenfold::testing {
namespace {

/// A search for broken laws, one history at a time.
class LawSearch {
public:
    explicit LawSearch(const AnySearch& search)
        : search_(search),
          unbroken_(search.laws),
          result_{.findings = {}, .coverage = CommandCoverage(search.domain.command_shape())} {}

    SearchResult run() {
        SearchEffort effort;
        try {
            effort = from_environment(search_.effort);
        } catch (const std::invalid_argument& exception_text) {
            report_untested(exception_text.what());
            return std::move(result_);
        }
        for (std::uint64_t n = 0; n < effort.cases && !unbroken_.empty(); ++n) draw_and_check(effort, n);
        if (search_.laws.empty()) report_untested("the search has no laws");
        if (result_.findings.empty() && effort.cases > 1 && result_.coverage.events == 0)
            report_untested("no command had events, so no law was exercised");
        return std::move(result_);
    }

private:
    void draw_and_check(const SearchEffort& effort, std::uint64_t n) {
        current_.law = {};
        current_.seed = effort.seed + n;
        Random random(current_.seed);
        const AnyGeneratedHistory generated = generate_history(search_.domain, random, search_.histories);
        const AnyHistory history(search_.domain, generated.history.get());
        result_.coverage.add(history);
        std::erase_if(unbroken_, [&](const AnyLaw& law) {
            if (n % law.interval != 0) return false;
            current_.law = law.name;
            if (obeys(law, history)) return false;
            result_.findings.push_back(finding(law, generated.choice_lists, effort));
            return true;
        });
    }

    [[nodiscard]] Finding
    finding(const AnyLaw& law, const std::vector<Choices>& choice_lists, const SearchEffort& effort) const {
        const auto regenerate = [&](const std::vector<Choices>& of) {
            return history_of(search_.domain, of, search_.histories);
        };
        const auto smallest = reduced(choice_lists, effort.reductions_max, [&](const std::vector<Choices>& candidate) {
            const AnyPointer history = regenerate(candidate);
            return !obeys(law, {search_.domain, history.get()});
        });
        const AnyPointer least = regenerate(smallest);
        const AnyHistory history(search_.domain, least.get());
        const Verdict verdict = obeys(law, history);
        const bool is_own = law.own || std::ranges::find(search_.kit, law.name) == search_.kit.end();
        return {.law = std::string(law.name),
                .statement = std::string(law.statement),
                .message = verdict ? "broken intermittently: it held when it was checked again" : verdict.message(),
                .code = test_of(law, is_own, history),
                .seed = current_.seed};
    }

    void report_untested(std::string why) {
        result_.findings.push_back(
            {.law = {}, .statement = {}, .message = std::move(why), .code = {}, .seed = current_.seed});
    }

    const AnySearch& search_;
    CrashReporter current_;
    std::vector<AnyLaw> unbroken_;
    SearchResult result_;
};

} // namespace

std::string to_text(const Finding& finding) {
    if (finding.law.empty()) return "nothing was tested: " + finding.message;
    return fmt::format("the law {} is broken ({}): {}\n"
                       "to reproduce, set EVENFOLD_SEED={} EVENFOLD_CASES=1, or add this test:\n\n{}",
                       finding.law, finding.statement, finding.message, finding.seed, finding.code);
}

SearchResult run_search(const AnySearch& search) {
    return LawSearch(search).run();
}

Verdict obeys(const AnyLaw& law, const AnyHistory& history) {
    try {
        return law.check(history);
    } catch (...) {
        return breaks("the law throws: " + current_exception_text());
    }
}

std::string test_of(const AnyLaw& law, bool is_own, const AnyHistory& history) {
    const AnyTestable& domain = history.domain();
    std::string code = fmt::format("TEST_CASE(\"{}: {}\") {{\n    using namespace evenfold::testing;\n"
                                   "    CHECK_SCENARIO(obeys<{}>(\"{}\", {{\n",
                                   domain.name(), law.name, domain.name(), law.name);
    const auto add = [&](const void* command) { code += "        " + code_of_command(domain, command) + ",\n"; };
    for (std::size_t index = 0; index < history.size(); ++index) add(history.step(index).command);
    if (history.throwing_command()) add(history.throwing_command());
    return code + (is_own ? "    }, laws()));\n}\n" : "    }));\n}\n");
}

std::vector<AnyLaw> kit_laws(bool has_effects, bool has_streams) {
    std::vector<AnyLaw> laws{kit::never_throws(),        kit::deterministic_decide(),      kit::inputs_left_alone(),
                             kit::total_project(),       kit::replay_equals_live(),        kit::cut_anywhere(),
                             kit::batch_equals_parts(),  kit::snapshot_and_tail(),         kit::codec_round_trip(),
                             kit::unknown_fields_kept(), kit::rejection_changes_nothing(), kit::same_command_once(),
                             kit::journals_agree({})};
    if (has_effects) laws.push_back(kit::effects_follow());
    if (has_streams) laws.push_back(kit::streams_follow());
    return laws;
}

} // namespace evenfold::testing
