#include "evenfold/core/containers/pointer_table.hpp"

namespace evenfold::containers {

template class PointerTable<Uuid>;
template class PointerTable<std::string>;

} // namespace evenfold::containers
