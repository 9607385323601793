/// The search for a history of any domain that breaks a law.
/// Shape: as testing/laws.hpp, which is for a domain with its types.
#pragma once

#include <string>
#include <vector>

#include "evenfold/testing/engine/any_law.hpp"
#include "evenfold/testing/engine/any_telling.hpp"
#include "evenfold/testing/search.hpp"
#include "evenfold/testing/tally.hpp"

namespace evenfold::testing {

/// A law that is broken, and the test that shows it; without a law, why the search has put nothing to the test.
struct Finding {
    std::string law;
    std::string says; // its sentence
    std::string told; // what broke, in the smallest history
    std::string code; // a test to be pasted
    std::uint64_t seed = 0;
};

[[nodiscard]] std::string to_text(const Finding& finding);

/// What a search has found, and what it has asked to find it.
struct Searched {
    std::vector<Finding> findings;
    Tally tally;
};

/// What is searched, how, and for how long.
struct AnySearch {
    const AnyTestable& domain;
    std::vector<AnyLaw> laws;
    std::vector<std::string_view> kit; // the names of the laws that laws_of<D>() has
    AnyDrawn drawn;
    Effort effort;
};

[[nodiscard]] Searched searched(const AnySearch& search);

/// `law` on `history`; what it throws breaks it.
[[nodiscard]] Verdict obeys(const AnyLaw& law, const AnyHistory& history);

/// The commands of `history` as a test of `law`. A law that is not of the kit is looked for in what `laws()` answers.
[[nodiscard]] std::string test_of(const AnyLaw& law, bool is_own, const AnyHistory& history);

/// All laws of the kit that the domain can be held to.
[[nodiscard]] std::vector<AnyLaw> kit_laws(bool has_effects, bool has_streams);

} // namespace evenfold::testing
