#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <type_traits>

#include "evenfold/codec/codec.hpp"
#include "evenfold/codec/event.hpp"
#include "evenfold/core/composition/compose.hpp"
#include "evenfold/core/composition/idempotent.hpp"
#include "evenfold/core/composition/many.hpp"
#include "evenfold/core/events/unknown.hpp"
#include "evenfold/core/reflection/digest.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/core/variants/compiled_variant_members.hpp"
#include "evenfold/examples/reminders/reminders.hpp"
#include "evenfold/system/failure.hpp"
#include "evenfold/tests/header_examples/counter.hpp"

#include <unistd.h>

// `assert` in an example is a check of these tests.
#undef assert
#define assert(...) CHECK(static_cast<bool>(__VA_ARGS__))

using evenfold::Shape;

#include "evenfold/header_examples/core/variants/compiled_variant.hpp"

namespace evenfold {

#include "evenfold/header_examples/core/reflection/structure.hpp"
#include "evenfold/header_examples/core/values/personal.hpp"
#include "evenfold/header_examples/system/failure.hpp"

struct Account {
    EVENFOLD_STRUCT(Account, (std::uint64_t, id), (std::uint64_t, balance));
};

TEST_CASE("Header examples: values.") {
    const Uuid uuid = *parse_uuid("0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77");
    {
#include "evenfold/header_examples/core/values/uuid.hpp"
        CHECK(*id == uuid);
    }
    {
#include "evenfold/header_examples/core/values/id.hpp"
        CHECK(is_derived(seat.uuid));
    }
    {
#include "evenfold/header_examples/core/values/instant.hpp"
    }
    {
#include "evenfold/header_examples/core/containers/indirect.hpp"
    }
    {
#include "evenfold/header_examples/core/containers/set.hpp"
    }
    {
#include "evenfold/header_examples/core/containers/table.hpp"
    }
    {
#include "evenfold/header_examples/core/reflection/digest.hpp"
        CHECK(text.size() == 64);
    }
}

TEST_CASE("Header examples: reflection and JSON.") {
    CHECK(codec::encode(point) == R"({"x":3.0,"y":4.0})");
    CHECK(codec::encode(Counter::Event(Added{1})) == codec::encode(CounterEvent(Added{1})));
    {
#include "evenfold/header_examples/core/reflection/shape.hpp"
    }
    {
#include "evenfold/header_examples/codec/codec.hpp"
    }
    {
#include "evenfold/header_examples/codec/event.hpp"
    }
    {
#include "evenfold/header_examples/core/events/unknown.hpp"
    }
    CHECK(flush("counter.db", -1).error().kind == system::FailureKind::input_output);
    CHECK(codec::encode(ada) == R"({"member":7,"name":"Ada"})");
    CHECK(codec::encode(erased_member) == R"({"member":7,"name":{"$erased":true}})");
}

TEST_CASE("Header examples: a domain, its effects and its compositions.") {
    {
#include "evenfold/header_examples/core/domain.hpp"
    }
    {
#include "evenfold/header_examples/core/composition/compose.hpp"
        CHECK_FALSE(std::get<1>(model).is_on);
    }
    {
#include "evenfold/header_examples/core/composition/many.hpp"
    }
    {
        const CommandId id{*parse_uuid("0192d3a0-6c1e-7b5e-8f00-3b9f5e1c2a77")};
#include "evenfold/header_examples/core/composition/idempotent.hpp"
    }
    {
        using reminders::Reminders;
        Reminders::Model model;
        model.reminders.insert({.id = {}, .text = "water the plants"});
        std::vector<std::string> due;
#include "evenfold/header_examples/core/effects.hpp"
        CHECK(due == std::vector<std::string>{"water the plants"});
    }
}

} // namespace evenfold
