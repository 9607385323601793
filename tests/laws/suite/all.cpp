#include "evenfold/tests/laws/fold/compaction_laws.hpp"
#include "evenfold/tests/laws/oracle_laws.hpp"
#include "evenfold/tests/laws/suite.hpp"
#include "evenfold/tests/laws/suite/law_parts.hpp"

namespace evenfold::orchestration::tests {

CoreLaws laws() {
    return section({purity_laws(), structure_laws(), lifecycle_laws(), streaming_laws(), deletion_laws(), effect_laws(),
                    on_every_fourth(identity_laws()), on_every_fourth(oracle_laws()),
                    on_every_fourth(compaction_laws())});
}

} // namespace evenfold::orchestration::tests
