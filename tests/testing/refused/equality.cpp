// Types without equality, inside types that hold them: the compiler must refuse and name them.
// The name of one case is defined on the command line; without any, the file compiles.

#include "evenfold/testing/testable.hpp"

namespace {

struct Plain {
    int id;
};
struct Held {
    int id;
    friend bool operator==(const Held&, const Held&) = default;
};

using evenfold::testing::Equality;
using Good = std::tuple<evenfold::Indirect<Held>, evenfold::Table<Held>, evenfold::Set<int>, evenfold::OrderedSet<int>>;

static_assert(Equality::met_by<Good>());
#if defined(HELD_BY_AN_INDIRECT)
static_assert(Equality::met_by<evenfold::Indirect<Plain>>());
#elif defined(HELD_BY_A_TABLE)
static_assert(Equality::met_by<std::vector<evenfold::Table<Plain>>>());
#elif defined(HELD_BY_A_SET)
static_assert(Equality::met_by<evenfold::Set<Plain>>());
#elif defined(HELD_BY_AN_ORDERED_SET)
static_assert(Equality::met_by<evenfold::OrderedSet<Plain>>());
#elif defined(HELD_BY_A_TUPLE)
static_assert(Equality::met_by<std::tuple<Held, Plain>>());
#endif

#if defined(COMPARED_IN_A_TABLE)
using Compared = evenfold::Table<Plain>;
#else
using Compared = evenfold::Table<Held>;
#endif

} // namespace

int main() {
    return Compared() == Compared() ? 0 : 1;
}
