#include "evenfold/tests/laws/compaction_laws.hpp"
#include "evenfold/tests/laws/oracle_laws.hpp"
#include "evenfold/tests/laws/suite.hpp"
#include "evenfold/tests/laws/suite/look.hpp"

namespace evenfold::orchestration::tests {

CoreLaws laws() {
    return section({purity_laws(), structure_laws(), lifecycle_laws(), streaming_laws(), deletion_laws(), effect_laws(),
                    now_and_then(identity_laws()), now_and_then(oracle_laws()), now_and_then(compaction_laws())});
}

} // namespace evenfold::orchestration::tests
