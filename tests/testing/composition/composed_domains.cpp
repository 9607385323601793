#include "evenfold/tests/testing/composition/composed.hpp"

#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold {
template struct Compose<notes::Notes, notes::Counter>;
template struct Compose<notes::Both, notes::Switch>;
template const Shape& shape_of<notes::Left::Command>();
template const Shape& shape_of<notes::Left::Event>();
} // namespace evenfold
