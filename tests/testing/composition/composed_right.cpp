#include "evenfold/tests/testing/composition/composed.hpp"

#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold {
template struct Compose<notes::Counter, notes::Switch>;
template struct Compose<notes::Notes, Compose<notes::Counter, notes::Switch>>;
} // namespace evenfold
