#include <doctest/doctest.h>

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>
#include <string>

#include "evenfold/codec/codec.hpp"
#include "evenfold/codec/ordered_json.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/core/reflection/structure.hpp"

namespace evenfold::codec {
namespace {

struct Titled {
    EVENFOLD_STRUCT(Titled, (std::string, title), (std::optional<std::string>, note));
};

/// A key that counts its comparisons.
struct CountedKey {
    int number = 0;

    static inline std::uint64_t comparisons = 0;

    friend bool operator==(const CountedKey& one, const CountedKey& other) {
        ++comparisons;
        return one.number == other.number;
    }
    friend bool operator<(const CountedKey& one, const CountedKey& other) {
        ++comparisons;
        return one.number < other.number;
    }
};

template <class Map>
std::uint64_t comparisons_for(int keys) {
    CountedKey::comparisons = 0;
    Map map;
    for (int key = 0; key < keys; ++key) map.emplace(CountedKey{key}, 1);
    CHECK(map.size() == static_cast<std::size_t>(keys));
    return CountedKey::comparisons;
}

/// Returns an object of that many keys, which begins with `first`.
std::string object_of(std::size_t keys, const std::string& first) {
    std::string json = "{" + first;
    for (std::size_t key = 0; key < keys; ++key) json += ",\"k" + std::to_string(key) + "\":1";
    return json + "}";
}

/// Returns the processor time that `work` takes with an object of that many keys, the least of three runs.
template <class Work>
std::clock_t time_of(Work work, std::size_t keys) {
    const std::string json = object_of(keys, R"("title":"t")");
    std::clock_t least = 0;
    for (int run = 0; run < 3; ++run) {
        const std::clock_t begin = std::clock();
        work(json);
        const std::clock_t took = std::clock() - begin;
        if (run == 0 || took < least) least = took;
    }
    return least;
}

/// Returns the factor by which the time grows when the object has eight times as many keys.
template <class Work>
double growth_of(Work work) {
    return static_cast<double>(time_of(work, 16'000)) /
           static_cast<double>(std::max<std::clock_t>(time_of(work, 2'000), 1));
}

constexpr double growth_max = 24; // 8 if linear, 64 if quadratic

} // namespace

TEST_CASE(
    "OrderedJson: the number of comparisons grows with n log n; that of the library's type grows with n squared.") {
    using Ours = IndexedMap<CountedKey, int>;
    using Theirs = nlohmann::ordered_map<CountedKey, int>;
    CHECK(comparisons_for<Ours>(20'000) < 20'000 * 64);
    CHECK(comparisons_for<Ours>(20'000) < 15 * comparisons_for<Ours>(2'000));
    CHECK(comparisons_for<Theirs>(20'000) > 90 * comparisons_for<Theirs>(2'000));
}

TEST_CASE("OrderedJson: unknown fields of large objects are read and restored in linear time.") {
    const auto ours = [](const std::string& json) {
        const auto decoded = decode<Titled>(json);
        REQUIRE(decoded);
        CHECK(encode(decoded->value, decoded->unknown_fields) == json);
    };
    const auto theirs = [](const std::string& json) { CHECK(nlohmann::ordered_json::parse(json).size() > 1); };
    CHECK(growth_of(ours) < growth_max);
    CHECK(growth_of(theirs) > growth_max);
}

TEST_CASE("OrderedJson: keys keep their order, and the last value of a key that occurs twice counts.") {
    CHECK(OrderedJson::parse(R"({"b":1,"a":2,"b":3})").dump() == R"({"b":3,"a":2})");
    const std::string many = object_of(100, R"("z":1)");
    CHECK(OrderedJson::parse(many).dump() == many);
    CHECK(OrderedJson::parse(many.substr(0, many.size() - 1) + R"(,"k50":9})")["k50"] == 9);
}

TEST_CASE("OrderedJson: keys are found after some were erased, in small and in large objects.") {
    for (const std::size_t size : {5U, 16U, 17U, 18U, 200U}) {
        IndexedMap<std::string, int> map;
        for (std::size_t key = 0; key < size; ++key) map.emplace(std::to_string(key), static_cast<int>(key));
        map.erase(map.find("2"));
        CHECK(map.size() == size - 1);
        CHECK(map.find("2") == map.end());
        CHECK(map.find("4")->second == 4);
        CHECK(map.find(std::to_string(size - 1))->second == static_cast<int>(size) - 1);
        CHECK(!map.emplace("4", 7).second);
        map.clear();
        CHECK(map.count("4") == 0);
        map["4"] = 8;
        CHECK(map.find("4")->second == 8);
    }
}

TEST_CASE("DecodeError: a message names five unknown fields, and the number of the others.") {
    const auto decoded = decode<Titled>(object_of(80, R"("titel":"t")"));
    REQUIRE(!decoded);
    CHECK(decoded.error().got == "nothing (unknown field: /titel, /k0, /k1, /k2, /k3 and 76 more)");
}

TEST_CASE("encode_to: the pieces are what encode returns, and each is small.") {
    std::vector<Titled> all(20'000, Titled{.title = std::string(40, 't'), .note = {}});
    std::string joined;
    std::size_t largest = 0;
    encode_to(
        [&](std::string_view piece) {
            joined += piece;
            largest = std::max(largest, piece.size());
        },
        all);
    CHECK(joined == encode(all));
    CHECK(largest < joined.size() / 10);
}

} // namespace evenfold::codec
