#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "evenfold/codec/event.hpp"
#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/tests/codec/fast_decoder_check.hpp"
#include "evenfold/tests/support/build_paths.hpp"
#include "evenfold/tests/support/for_seeds.hpp"

namespace evenfold::codec {
namespace {

using namespace orchestration;
using tests::for_seeds;

std::string content(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

} // namespace

TEST_CASE("FastDecoder: accepts everything that encode writes, and agrees with the plain decoder.") {
    DecoderTally tally;
    CHECK(for_seeds("commands", [&](std::uint64_t seed) { check_fast_decoder<Command>(seed, tally); }));
    CHECK(for_seeds("events", [&](std::uint64_t seed) { check_fast_decoder<Event>(seed, tally); }));
    CHECK(for_seeds("errors", [&](std::uint64_t seed) { check_fast_decoder<Error>(seed, tally); }));
    CHECK(for_seeds("effects", [&](std::uint64_t seed) { check_fast_decoder<Effect>(seed, tally); }));
    CHECK(for_seeds("models", [&](std::uint64_t seed) { check_fast_decoder<Model>(seed, tally); }));
    CHECK(for_seeds("every kind", [&](std::uint64_t seed) { check_fast_decoder<sample::Everything>(seed, tally); }));
    CHECK(tally.accepted > 100); // otherwise the changes above would prove nothing
    CHECK(tally.left > 100);
}

TEST_CASE("FastDecoder: accepts each golden form of this version, and agrees about changes to it.") {
    const Shape& variant = shape_of<Event>();
    const auto& kind = std::get<VariantShape>(variant.kind);
    DecoderTally tally;
    std::size_t accepted = 0;
    for (std::size_t index = 0; index < kind.alternatives.size(); ++index) {
        const Shape& shape = kind.alternatives[index]();
        if (shape.name == "Unknown") continue;
        const auto file = std::filesystem::path(tests::source_tree()) / "tests" / "golden" / "events" /
                          (std::string(shape.name) + ".v" + std::to_string(shape.version) + ".json");
        const std::string json = content(file);
        CAPTURE(file.filename().string());
        Event event;
        CHECK(try_decode_fast(shape, kind.emplace(&event, index), json));
        // The same as an alternative of the variant, whose JSON names its type.
        const std::string typed =
            R"({"type":")" + std::string(shape.name) + '"' + (json == "{}\n" ? "" : ",") + json.substr(1);
        CHECK(fast_decoder_agrees<Event>(typed));
        for (std::uint64_t seed = 0; seed < 50; ++seed)
            check_changed_texts(&fast_decoder_agrees<Event>, typed, seed, tally);
        ++accepted;
    }
    CHECK(accepted == kind.alternatives.size() - 1);
    CHECK(tally.accepted > 0);
}

} // namespace evenfold::codec
