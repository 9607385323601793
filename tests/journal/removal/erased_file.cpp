#include "evenfold/tests/journal/removal/erased_file.hpp"

namespace evenfold::tests::removal {

void create(const std::filesystem::path& file, std::uint64_t unsigned_events, std::uint64_t signed_events) {
    const auto journal = tests::chain::opened(file, {.domain = "plans"});
    grow_and_sign(*journal, unsigned_events, signed_events);
}

} // namespace evenfold::tests::removal
