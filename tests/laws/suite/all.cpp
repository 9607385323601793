#include <algorithm>

#include "evenfold/tests/laws/compaction_laws.hpp"
#include "evenfold/tests/laws/oracle_laws.hpp"
#include "evenfold/tests/laws/suite.hpp"
#include "evenfold/tests/laws/suite/look.hpp"

namespace evenfold::orchestration::tests {

CoreLaws laws() {
    CoreLaws all;
    for (const auto section : {purity_laws, structure_laws, lifecycle_laws, streaming_laws, deletion_laws, effect_laws,
                               identity_laws, oracle_laws, compaction_laws}) {
        for (CoreLaw& law : section()) {
            const auto same = std::ranges::find(all, law.name, &CoreLaw::name);
            if (same == all.end())
                all.push_back(std::move(law));
            else
                *same = all_of(law.name, same->says, {*same, law});
        }
    }
    return all;
}

} // namespace evenfold::orchestration::tests
