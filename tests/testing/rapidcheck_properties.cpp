#include "evenfold/tests/testing/rapidcheck_properties.hpp"

#include <rapidcheck.h>

#include "evenfold/testing/rapidcheck.hpp"
#include "evenfold/tests/testing/notes.hpp"

namespace evenfold::notes {

bool leaves_come_back() {
    return rc::check("leaves with a type of their own", [](FolderId one, Instant at, Colour colour, const Uuid& bare) {
        RC_ASSERT(codec::decode<FolderId>(codec::encode(one))->value == one);
        RC_ASSERT(codec::decode<Instant>(codec::encode(at))->value == at);
        RC_ASSERT(codec::decode<Uuid>(codec::encode(bare))->value == bare);
        RC_ASSERT(colour <= Colour::blue);
    });
}

} // namespace evenfold::notes
