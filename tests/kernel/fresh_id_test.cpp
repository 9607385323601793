#include "evenfold/kernel/fresh_id.hpp"

#include <doctest/doctest.h>

#include <set>

namespace evenfold::kernel {

TEST_CASE("fresh: ids are unique, of version 7, and sort by the millisecond of their creation.") {
    std::set<Uuid> seen;
    const auto milliseconds = [](const Uuid& id) {
        std::int64_t since = 0;
        for (std::size_t index = 0; index < 6; ++index) since = since << 8 | id.bytes[index];
        return since;
    };
    for (int count = 0; count < 1000; ++count) {
        const Instant before = now();
        const Uuid id = fresh_uuid();
        const Instant after = now();
        CHECK(seen.insert(id).second);
        CHECK(to_text(id)[14] == '7');
        CHECK((id.bytes[8] & 0xc0U) == 0x80U);
        CHECK(before.unix_ms <= milliseconds(id));
        CHECK(milliseconds(id) <= after.unix_ms);
    }
    CHECK(fresh<CommandId>() != fresh<CommandId>());
}

} // namespace evenfold::kernel
