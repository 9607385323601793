#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "evenfold/core/containers/indirect.hpp"
#include "evenfold/core/containers/set.hpp"
#include "evenfold/core/containers/table.hpp"
#include "evenfold/tests/support/law.hpp"

namespace evenfold {
namespace {

using tests::law;

struct Entry {
    int id = 0;
    std::string value;
    friend bool operator==(const Entry&, const Entry&) = default;
};

struct PlacedEntry {
    int id = 0;
    std::string value;
    static constexpr bool kept_in_place = true;
    friend bool operator==(const PlacedEntry&, const PlacedEntry&) = default;
};

/// An insertion or removal of a key below forty, so that both small and large containers occur.
struct Step {
    int key = 0;
    bool put = false;
};

std::vector<Step> some_steps() {
    std::vector<Step> steps;
    for (const unsigned draw : *rc::gen::resize(300, rc::gen::arbitrary<std::vector<unsigned>>()))
        steps.push_back({.key = static_cast<int>(draw % 40), .put = draw / 40 % 5 > 0});
    return steps;
}

/// The plain counterpart of OrderedSet::before.
std::optional<int> before(const std::vector<int>& plain, int key) {
    const auto found = std::ranges::find(plain, key);
    return found == plain.begin() || found == plain.end() ? std::nullopt : std::optional(*(found - 1));
}
std::vector<int> after(const std::vector<int>& plain, int key) {
    const auto found = std::ranges::find(plain, key);
    return found == plain.end() ? std::vector<int>{} : std::vector<int>(found + 1, plain.end());
}

} // namespace

TEST_CASE("OrderedSet: it behaves like a list without duplicates under random operations.") {
    CHECK(rc::check("steps", [] {
        OrderedSet<int> set;
        std::vector<int> plain;
        for (const Step& step : some_steps()) {
            const bool there = std::ranges::count(plain, step.key) != 0;
            if (step.put) {
                law(set.insert(step.key) == !there);
                if (!there) plain.push_back(step.key);
            } else {
                law(set.erase(step.key) == there);
                std::erase(plain, step.key);
            }
            law(set.in_order() == plain);
            law(set.size() == plain.size() && set.empty() == plain.empty());
            if (!plain.empty()) law(set.front() == plain.front() && set.back() == plain.back());
            for (int key = 0; key < 40; ++key) {
                law(set.contains(key) == (std::ranges::count(plain, key) != 0));
                law(set.before(key) == before(plain, key));
                law(set.after(key) == after(plain, key));
            }
        }
    }));
}

TEST_CASE("OrderedSet: gaps of erased keys affect neither results nor equality.") {
    OrderedSet<int> gaps;
    OrderedSet<int> plain;
    for (int key = 0; key < 1000; ++key) gaps.insert(key);
    for (int key = 0; key < 1000; ++key) {
        if (key % 100 != 50)
            gaps.erase(key);
        else
            plain.insert(key);
    }
    CHECK(gaps == plain);
    CHECK(gaps.front() == 50);
    CHECK(gaps.back() == 950);
    CHECK(gaps.before(150) == 50);
    CHECK(gaps.after(750) == std::vector{850, 950});
    gaps.erase(50);
    gaps.insert(50);
    CHECK(gaps != plain);
    CHECK(gaps.back() == 50);
    CHECK(gaps.front() == 150);
}

TEST_CASE("OrderedSet: it works as a queue of any length, and a key may be erased by a reference to itself.") {
    OrderedSet<std::string> queue;
    for (int turn = 0; turn < 3000; ++turn) {
        queue.insert(std::to_string(turn));
        if (turn >= 3) queue.erase(queue.front());
    }
    CHECK(queue.in_order() == std::vector<std::string>{"2997", "2998", "2999"});
    queue.erase(queue.back());
    CHECK(queue.back() == "2998");
}

TEST_CASE("Set: it behaves like std::set, and its order is not observable.") {
    CHECK(rc::check("steps", [] {
        Set<int> set;
        std::set<int> plain;
        for (const Step& step : some_steps()) {
            if (step.put)
                law(set.insert(step.key) == plain.insert(step.key).second);
            else
                law(set.erase(step.key) == (plain.erase(step.key) != 0));
            law(set.size() == plain.size() && set.empty() == plain.empty());
        }
        law(set.sorted() == std::vector<int>(plain.begin(), plain.end()));
        Set<int> backwards;
        for (auto key = plain.rbegin(); key != plain.rend(); ++key) backwards.insert(*key);
        law(set == backwards);
        for (int key = 0; key < 40; ++key) law(set.contains(key) == plain.contains(key));
    }));
}

TEST_CASE_TEMPLATE("Table: it behaves like std::map, and a copy is independent.", Kept, Entry, PlacedEntry) {
    CHECK(rc::check("steps", [] {
        Table<Kept> table;
        std::map<int, std::string> plain;
        int count = 0;
        for (const Step& step : some_steps()) {
            const std::string value = std::to_string(++count);
            if (step.put) {
                law(table.insert({.id = step.key, .value = value}).value == value);
                plain[step.key] = value;
            } else
                law(table.erase(step.key) == (plain.erase(step.key) != 0));
            law(table.size() == plain.size() && table.empty() == plain.empty());
        }
        std::map<int, std::string> shown;
        for (const Kept* entry : table.sorted()) shown.emplace(entry->id, entry->value);
        law(shown == plain);
        for (int key = 0; key < 40; ++key) {
            law(table.contains(key) == plain.contains(key));
            law((table.find(key) != nullptr) == plain.contains(key));
        }
        Table<Kept> copy = table;
        law(copy == table);
        copy.shrink_to_fit();
        law(copy == table);
        copy.insert({.id = 3, .value = "another"});
        law(!(copy == table) && !(table.find(3) && table.find(3)->value == "another"));
    }));
}

TEST_CASE("Table: a pointer to an entity stays valid while others are inserted and erased.") {
    Table<Entry> table;
    Entry* first = &table.insert({.id = 0, .value = "first"});
    for (int key = 1; key < 5000; ++key) table.insert({.id = key, .value = "more"});
    for (int key = 1; key < 5000; key += 2) table.erase(key);
    CHECK(table.find(0) == first);
    CHECK(first->value == "first");
    CHECK(table.sorted().front() == first);
    first->value = "changed";
    CHECK(std::as_const(table).find(0)->value == "changed");
}

TEST_CASE("Table: an erased entity is not found in the cache, and a new one with its id is.") {
    Table<Entry> table;
    for (int key = 0; key < 500; ++key) table.insert({.id = key, .value = "old"});
    for (int round = 0; round < 3; ++round) {
        for (int key = 0; key < 500; ++key) {
            Entry* found = table.find(key);
            REQUIRE(found);
            CHECK(std::as_const(table).find(key) == found);
            table.erase(key);
            CHECK(!table.find(key));
            CHECK(!std::as_const(table).contains(key));
            table.insert({.id = key, .value = std::to_string(round)});
            REQUIRE(table.find(key));
            CHECK(table.find(key)->value == std::to_string(round));
        }
    }
    Table<Entry> copy = table;
    for (int key = 0; key < 500; ++key) CHECK(copy.find(key) != table.find(key));
    table = Table<Entry>();
    CHECK(!table.find(0));
    CHECK(copy.find(0));
}

TEST_CASE("Indirect: a copy copies the value, and a move moves the pointer.") {
    Indirect<std::string> box("text");
    Indirect<std::string> copy = box;
    CHECK(copy == box);
    *copy += "!";
    CHECK(*box == "text");
    const std::string* address = &*box;
    const Indirect<std::string> moved = std::move(box);
    CHECK(&*moved == address);
    copy = moved;
    CHECK(*copy == "text");
    const Indirect<std::string>& same = copy;
    copy = same;
    CHECK(*copy == "text");
    CHECK(copy->size() == 4);
    CHECK(Indirect<int>() == Indirect<int>(0));
}

} // namespace evenfold
