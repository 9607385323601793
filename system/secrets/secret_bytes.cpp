#include "evenfold/system/secrets/secret_bytes.hpp"

#include <cstring>

namespace evenfold::system {

void wipe(void* memory, std::size_t size) {
    if (size > 0) explicit_bzero(memory, size);
}

} // namespace evenfold::system
