#include <rapidcheck.h>

#include "evenfold/testing/doctest.hpp"
#include "evenfold/testing/rapidcheck.hpp"
#include "evenfold/tests/testing/notes_laws.hpp"
#include "evenfold/tests/testing/rapidcheck_properties.hpp"

namespace evenfold::notes {

using testing::ChoiceSource;
using testing::Generators;

TEST_CASE("rapidcheck: values and histories are generated, and shrink.") {
    CHECK(rc::check("commands come back from JSON", [](const Command& command) {
        RC_ASSERT(codec::decode<Command>(codec::encode(command))->value == command);
    }));
    CHECK(leaves_come_back());
    CHECK(rc::check("histories obey", [] {
        const auto history = *testing::histories<Notes>();
        for (const auto& law : laws()) RC_ASSERT(testing::obeys(law, history).holds);
    }));
    const auto gen = rc::gen::arbitrary<AppendText>();
    auto value = gen(rc::Random(7), 10);
    for (auto next = value.shrinks().next(); next; next = value.shrinks().next()) value = *next;
    ChoiceSource simplest{std::span<const std::uint32_t>()};
    CHECK(value.value() == Generators().draw<AppendText>(simplest));
}

} // namespace evenfold::notes
