/// The search for a history of any domain that breaks a law.
/// Shape: as testing/laws.hpp, which is for a domain with its types.
#pragma once

#include <string>
#include <vector>

#include "evenfold/testing/coverage.hpp"
#include "evenfold/testing/engine/any_history_generator.hpp"
#include "evenfold/testing/engine/any_law.hpp"
#include "evenfold/testing/search.hpp"

namespace evenfold::testing {

/// A broken law with a test that reproduces it. If `law` is empty, a reason why the search tested too little.
struct Finding {
    std::string law;
    std::string statement; // of the law
    std::string message;   // the reason, in the smallest history
    std::string code;      // a test to paste
    std::uint64_t seed = 0;
    std::vector<std::string>
        others{}; // other laws that the same cause breaks NOLINT(readability-redundant-member-init)
};

[[nodiscard]] std::string to_text(const Finding& finding);

/// The findings of a search, and the counts of its commands.
struct SearchResult {
    std::vector<Finding> findings;
    CommandCoverage coverage;
};

/// The options of a search: laws, histories, effort.
struct AnySearch {
    const AnyTestable& domain;
    std::vector<AnyLaw> laws;
    std::vector<std::string_view> kit; // the names of the laws that laws_of<D>() has
    AnyHistoryOptions histories;
    SearchEffort effort;
    std::vector<std::string> rare_kinds; // of commands, which need not have events
};

[[nodiscard]] SearchResult run_search(const AnySearch& search);

/// Checks `law` on `history`. A law that throws is broken.
[[nodiscard]] Verdict obeys(const AnyLaw& law, const AnyHistory& history);

/// Returns the commands of `history` as a test of `law`. The test finds a law that is not the kit's in the result of
/// `laws()`.
[[nodiscard]] std::string test_of(const AnyLaw& law, bool is_own, const AnyHistory& history);

/// Returns the laws of the kit that apply to the domain.
[[nodiscard]] std::vector<AnyLaw> kit_laws(bool has_effects, bool has_streams);

} // namespace evenfold::testing
