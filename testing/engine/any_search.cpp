#include "evenfold/testing/engine/any_search.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

#include "evenfold/testing/engine/ambient_probe.hpp"
#include "evenfold/testing/engine/counterexample.hpp"
#include "evenfold/testing/law/codec_laws.hpp"
#include "evenfold/testing/law/fold_laws.hpp"
#include "evenfold/testing/law/hook_laws.hpp"
#include "evenfold/testing/law/journal_laws.hpp"

namespace evenfold::testing {
namespace {

/// A search of one history in `histories_per_event_min` must have events of a kind, but never more than `events_min`.
constexpr std::uint64_t events_min = 20;
constexpr std::uint64_t histories_per_event_min = 25;

/// A law that is broken intermittently is checked this many times for its reason.
constexpr int checks_max = 5;

/// A search for broken laws, one history at a time.
class LawSearch {
public:
    explicit LawSearch(const AnySearch& search)
        : search_(search),
          reporter_(search.effort.seconds_max),
          unbroken_(search.laws),
          result_{.findings = {}, .coverage = CommandCoverage(search.domain.command_shape())} {}

    SearchResult run() {
        try {
            effort_ = from_environment(search_.effort);
        } catch (const std::invalid_argument& exception_text) {
            report_untested(exception_text.what());
            return std::move(result_);
        }
        for (std::uint64_t n = 0; n < effort_.cases && !unbroken_.empty(); ++n) draw_and_check(n);
        if (!examples_.empty()) merge_dependent_findings();
        if (search_.laws.empty()) report_untested("nothing was tested: the search has no laws");
        if (result_.findings.empty() && effort_.cases > 1 && result_.coverage.events == 0)
            report_untested("nothing was tested: no command had events, so no law was exercised");
        else
            report_rare_kinds();
        return std::move(result_);
    }

private:
    void draw_and_check(std::uint64_t n) {
        seed_ = seed_of_case(effort_.seed, n);
        reporter_.begin(seed_);
        static_cast<void>(AmbientProbe::take_read()); // of other histories
        Random random(seed_);
        const AnyGeneratedHistory generated = generate_history(search_.domain, random, search_.histories);
        const AnyHistory history(search_.domain, generated.history.get());
        result_.coverage.add(history);
        for (std::size_t index = 0; index < unbroken_.size();) {
            const AnyLaw& next = unbroken_[index];
            const Verdict verdict = n % next.interval == 0 ? obeys(next, history) : holds();
            if (verdict) {
                ++index;
                continue;
            }
            const AnyLaw law = std::move(unbroken_[index]);
            unbroken_.erase(unbroken_.begin() + static_cast<std::ptrdiff_t>(index));
            add_finding(law, generated.choice_lists, verdict);
            index = 0; // it may have removed laws before this one
        }
    }

    /// Reports a cause once: a law whose smallest history breaks an earlier law, too, is added to the finding of that
    /// one, and so are all laws that the smallest history of a new finding breaks.
    void add_finding(const AnyLaw& law, const std::vector<Choices>& choice_lists, const Verdict& first) {
        Counterexample example = smallest({.domain = search_.domain,
                                           .how = search_.histories,
                                           .law = law,
                                           .choice_lists = choice_lists,
                                           .tries_max = effort_.reductions_max,
                                           .begin = [this] { reporter_.begin(seed_); }});
        const AnyHistory history(search_.domain, example.history.get());
        for (std::size_t index = 0; index < examples_.size(); ++index) {
            if (obeys(examples_[index].law, history)) continue;
            result_.findings[index].others.emplace_back(law.name);
            return;
        }
        result_.findings.push_back(finding_of(example, first));
        std::erase_if(unbroken_, [&](const AnyLaw& other) {
            if (obeys(other, history)) return false;
            result_.findings.back().others.emplace_back(other.name);
            return true;
        });
        examples_.push_back(std::move(example));
    }

    /// A finding that needs other histories is a consequence of another finding, or of what the domain keeps between
    /// calls. Adds all of them to the first finding that does not, otherwise to the smallest of them.
    void merge_dependent_findings() {
        std::vector<Finding>& findings = result_.findings;
        const auto rank = [&](const Counterexample& example) {
            const std::size_t commands = AnyHistory(search_.domain, example.history.get()).size();
            return std::pair(example.needs_others, example.needs_others ? commands : 0);
        };
        const auto main = static_cast<std::size_t>(std::ranges::min_element(examples_, {}, rank) - examples_.begin());
        const auto is_kept = [&](std::size_t index) { return index == main || !examples_[index].needs_others; };
        for (std::size_t index = 0; index < findings.size(); ++index) {
            if (is_kept(index)) continue;
            findings[main].others.push_back(findings[index].law);
            std::ranges::move(findings[index].others, std::back_inserter(findings[main].others));
        }
        std::vector<Finding> kept;
        for (std::size_t index = 0; index < findings.size(); ++index) {
            if (is_kept(index)) kept.push_back(std::move(findings[index]));
        }
        findings = std::move(kept);
    }

    [[nodiscard]] Finding finding_of(const Counterexample& example, const Verdict& first) const {
        const AnyLaw& law = example.law;
        const AnyHistory history(search_.domain, example.history.get());
        Verdict verdict;
        for (int tries = 0; tries < checks_max && verdict; ++tries) verdict = obeys(law, history);
        const bool is_own = law.own || std::ranges::find(search_.kit, law.name) == search_.kit.end();
        return {.law = std::string(law.name),
                .statement = std::string(law.statement),
                .message =
                    (verdict                ? "broken intermittently, it held when it was checked again: "
                     : example.needs_others ? "only after other histories, so the domain keeps something between "
                                              "calls: "
                                            : "") +
                    (verdict ? first.message() : verdict.message()),
                .code = verdict ? "" : test_of(law, is_own, history),
                .seed = seed_};
    }

    /// Reports kinds that hardly had events, unless a law is broken, because its cause may be theirs, too.
    void report_rare_kinds() {
        const bool is_law_broken = !result_.findings.empty();
        const auto& kinds = result_.coverage.kinds;
        for (const std::string& name : search_.rare_kinds) {
            if (!kinds.contains(name))
                report_untested(fmt::format("the rare kind '{}' is not a kind of command", name));
        }
        const bool is_short = effort_.cases < search_.effort.cases; // as the environment asks
        if (is_law_broken || is_short) return;
        const std::uint64_t histories = result_.coverage.histories;
        const std::uint64_t counted = std::min(histories, search_.effort.cases); // a longer search demands no more
        const std::uint64_t needed = std::min(events_min, counted / histories_per_event_min);
        for (const auto& [name, counts] : kinds) {
            if (counts.events >= needed || std::ranges::count(search_.rare_kinds, name) > 0) continue;
            report_untested(fmt::format("{0} had events {1} times in {2} histories, fewer than {3}: the laws were {4} "
                                        "tested on it; draw it more often, or expect this: .rare_kinds = {{\"{0}\"}}",
                                        name, counts.events, histories, needed, counts.events == 0 ? "not" : "hardly"));
        }
    }

    void report_untested(std::string why) {
        result_.findings.push_back({.law = {}, .statement = {}, .message = std::move(why), .code = {}, .seed = seed_});
    }

    const AnySearch& search_;
    CrashReporter reporter_;
    std::vector<AnyLaw> unbroken_;
    SearchResult result_;
    SearchEffort effort_{};
    std::uint64_t seed_ = 0;               // of the present history
    std::vector<Counterexample> examples_; // of the findings
};

} // namespace

std::string to_text(const Finding& finding) {
    if (finding.law.empty()) return finding.message;
    const std::string test = finding.code.empty() ? "\n" : ", or add this test:\n\n" + finding.code;
    const std::string others =
        finding.others.empty() ? "" : fmt::format("this also breaks {}\n", fmt::join(finding.others, ", "));
    return fmt::format("the law {} is broken ({}): {}\n{}"
                       "to reproduce, set EVENFOLD_SEED={} EVENFOLD_CASES=1{}",
                       finding.law, finding.statement, finding.message, others, finding.seed, test);
}

SearchResult run_search(const AnySearch& search) {
    return LawSearch(search).run();
}

Verdict obeys(const AnyLaw& law, const AnyHistory& history) {
    const ReportedHistory now(history.domain(), history.history(), law.name);
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
