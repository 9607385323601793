#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "evenfold/codec/codec.hpp"
#include "evenfold/core/containers/compact_string.hpp"
#include "evenfold/core/containers/compact_vector.hpp"
#include "evenfold/core/containers/optional_indirect.hpp"
#include "evenfold/core/reflection/digest.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/core/reflection/structure.hpp"

namespace evenfold {
namespace {

struct Plain {
    EVENFOLD_STRUCT(Plain,
        (std::string, text), (std::optional<std::string>, perhaps), (std::vector<std::string>, all));
};
struct Compact {
    EVENFOLD_STRUCT(Compact,
        (CompactString, text), (OptionalIndirect<CompactString>, perhaps), (CompactVector<CompactString>, all));
    friend bool operator==(const Compact&, const Compact&) = default;
};

} // namespace

TEST_CASE("Shapes: compact values have the same JSON and digest as plain values.") {
    const std::string bytes("a\0b", 3);
    for (const std::string& text :
         {std::string(), std::string("7 bytes"), std::string("8 bytes."), std::string(1000, 'x'), bytes}) {
        CAPTURE(text.size());
        for (const auto& perhaps : {std::optional<std::string>(), std::optional<std::string>(text)}) {
            const Plain plain{.text = text, .perhaps = perhaps, .all = {"one", text}};
            Compact compact{.text = {}, .perhaps = perhaps, .all = {"one", text}};
            compact.text += text; // it may still grow
            const std::string json = codec::encode(compact);
            CHECK(json == codec::encode(plain));
            CHECK(digest(compact) == digest(plain));
            const auto read = codec::decode<Compact>(json);
            REQUIRE(read);
            CHECK(read->value == compact);
        }
    }
}

} // namespace evenfold
