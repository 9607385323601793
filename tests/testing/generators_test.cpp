#include <chrono>
#include <map>
#include <set>

#include "evenfold/codec/codec.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/testing/doctest.hpp"
#include "evenfold/tests/testing/metering.hpp"
#include "evenfold/tests/testing/notes.hpp"

namespace evenfold::notes {
namespace {

using metering::Meter;
using metering::Reading;

using testing::Choices;
using testing::ChoiceSource;
using testing::Generators;
using testing::Random;

struct Jar {
    EVENFOLD_STRUCT(Jar, (std::uint32_t, capacity), (std::uint32_t, used));
};

template <class T>
T drawn(std::uint64_t seed, const Generators& generators = {}, const testing::KnownValues& known = {}) {
    Random random(seed);
    ChoiceSource source(random);
    return generators.draw<T>(source, known);
}

} // namespace

TEST_CASE("Generators: equal seeds give equal values, and recorded choices give their value again.") {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        Random random(seed);
        ChoiceSource source(random);
        const auto value = Generators().draw<Command>(source);
        CHECK(value == drawn<Command>(seed));
        ChoiceSource again{std::span<const std::uint32_t>(source.choices())};
        CHECK(value == Generators().draw<Command>(again));
    }
}

TEST_CASE("Generators: every alternative and every enumerator occurs, as often as the weights say.") {
    std::set<std::size_t> kinds;
    std::set<Colour> colours;
    Generators generators;
    generators.weigh<DeleteFolder>(0).weigh<AddNote>(6);
    std::size_t added = 0;
    for (std::uint64_t seed = 1; seed <= 600; ++seed) {
        kinds.insert(drawn<Command>(seed).index());
        const auto weighed = drawn<Command>(seed, generators);
        CHECK(!std::holds_alternative<DeleteFolder>(weighed));
        const auto* add = std::get_if<AddNote>(&weighed);
        added += add ? 1 : 0;
        if (add && add->colour) colours.insert(*add->colour);
    }
    CHECK(kinds.size() == std::variant_size_v<Command>);
    CHECK(colours.size() == 3);
    CHECK(added > 200);
}

TEST_CASE("Generators: a domain may set its own function for a field.") {
    Generators generators;
    generators.field(&AppendText::text, [](ChoiceSource& source) { return std::string(1 + source.below(3), 'q'); });
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        const auto text = drawn<AppendText>(seed, generators).text;
        CHECK(text.find_first_not_of('q') == std::string::npos);
        CHECK(!text.empty());
    }
}

TEST_CASE("Generators: numbers reach the limits of their type, however narrow.") {
    std::set<std::uint8_t> bytes;
    std::set<std::uint32_t> words;
    std::set<std::int16_t> integers;
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        bytes.insert(drawn<std::uint8_t>(seed));
        words.insert(drawn<std::uint32_t>(seed));
        integers.insert(drawn<std::int16_t>(seed));
    }
    CHECK(bytes.contains(255));
    CHECK(words.contains(4294967295));
    CHECK(words.contains(2147483648));
    CHECK(integers.contains(32767));
    CHECK(integers.contains(-32768));
}

TEST_CASE("Generators: known signed numbers and their successors occur.") {
    Meter meter{.reading = -7, .at = {}};
    testing::KnownValues known;
    known.live.add(shape_of<Meter>(), &meter);
    meter.reading = 40;
    known.past.add(shape_of<Meter>(), &meter);
    std::map<std::int64_t, std::size_t> times;
    for (std::uint64_t seed = 1; seed <= 500; ++seed) ++times[drawn<Meter>(seed, {}, known).reading];
    CHECK(times[-7] > 50);
    CHECK(times[-6] > 50);
    CHECK(times[40] > 20);
}

TEST_CASE("Generators: known instants occur, also a millisecond earlier or later; some are not whole seconds.") {
    const std::int64_t live = 1795225920123;
    Meter meter{.reading = 0, .at = {live}};
    testing::KnownValues known;
    known.live.add(shape_of<Meter>(), &meter);
    meter.at = {77};
    known.past.add(shape_of<Meter>(), &meter);
    std::map<std::int64_t, std::size_t> times;
    std::size_t odd = 0;
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        const std::int64_t at = drawn<Reading>(seed, {}, known).until.unix_ms;
        ++times[at];
        odd += at < 1000000 && at != 77 && at % 1000 != 0 ? 1 : 0;
    }
    CHECK(times[live] > 100);
    CHECK(times[live - 1] > 20);
    CHECK(times[live + 1] > 20);
    CHECK(times[77] > 20);
    CHECK(odd > 20);
}

TEST_CASE("Generators: instants near now, at the limits of what can be stored, and odd milliseconds occur.") {
    constexpr std::int64_t hour = 3'600'000;
    const std::int64_t now =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    std::map<std::int64_t, std::size_t> times;
    for (std::uint64_t seed = 1; seed <= 3000; ++seed) ++times[drawn<Reading>(seed).until.unix_ms];
    std::size_t close = 0;
    for (const auto& [at, count] : times) {
        close += at >= now - hour && at <= now + hour ? count : 0;
        CHECK(codec::decode<Instant>(codec::encode(Instant{at}))->value.unix_ms == at);
    }
    CHECK(close > 5);
    CHECK(times[parse_instant("9999-12-31T23:59:59.999Z")->unix_ms] > 10);
    CHECK(times[parse_instant("0000-01-01T00:00:00.000Z")->unix_ms] > 10);
    CHECK(times[-1] > 10);
}

TEST_CASE("Generators: what is left between two numbers of a struct occurs, and one more or less.") {
    struct Counts {
        std::map<std::uint64_t, std::size_t> positive;
        std::map<std::int64_t, std::size_t> either;
    } counts;
    const Jar jar{.capacity = 5000, .used = 877};
    testing::KnownValues known;
    known.live.add(shape_of<Jar>(), &jar);
    for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
        ++counts.positive[drawn<std::uint64_t>(seed, {}, known)];
        ++counts.either[drawn<std::int64_t>(seed, {}, known)];
    }
    for (const std::uint64_t left : {4122U, 4123U, 4124U}) CHECK(counts.positive[left] > 10);
    CHECK(counts.either[4123] > 5);
    CHECK(counts.either[-4123] > 5);
}

TEST_CASE("Choices: simpler ones are shorter or have smaller numbers.") {
    for (const Choices& simpler : testing::simpler(Choices{3, 0, 7})) {
        const bool is_shorter = simpler.size() < 3;
        CHECK((is_shorter || simpler < Choices{3, 0, 7}));
    }
    CHECK(testing::simpler(Choices{}).empty());
}

} // namespace evenfold::notes
