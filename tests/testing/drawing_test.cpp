#include <rapidcheck.h>

#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/testing/doctest.hpp"
#include "evenfold/testing/rapidcheck.hpp"
#include "evenfold/testing/through.hpp"
#include "evenfold/tests/testing/notes_laws.hpp"

namespace evenfold::notes {
namespace {

using testing::Dice;
using testing::Drawing;
using testing::id;
using testing::Random;
using testing::Row;

const FolderId work{id("f0000000-0000-0000-0000-000000000001")};

template <class T>
T drawn(std::uint64_t seed, const Drawing& drawing = {}) {
    Random random(seed);
    Dice dice(random);
    return drawing.draw<T>(dice);
}

} // namespace

TEST_CASE("Drawing: equal seeds give equal values, and a row gives its value again.") {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        Random random(seed);
        Dice dice(random);
        const auto value = Drawing().draw<Command>(dice);
        CHECK(value == drawn<Command>(seed));
        Dice again{std::span<const std::uint32_t>(dice.row())};
        CHECK(value == Drawing().draw<Command>(again));
    }
}

TEST_CASE("Drawing: every alternative and every enumerator comes up, and weights are minded.") {
    std::set<std::size_t> kinds;
    std::set<Colour> colours;
    Drawing drawing;
    drawing.weigh<DeleteFolder>(0).weigh<AddNote>(6);
    std::size_t added = 0;
    for (std::uint64_t seed = 1; seed <= 600; ++seed) {
        kinds.insert(drawn<Command>(seed).index());
        const auto weighed = drawn<Command>(seed, drawing);
        CHECK(!std::holds_alternative<DeleteFolder>(weighed));
        const auto* add = std::get_if<AddNote>(&weighed);
        added += add ? 1 : 0;
        if (add && add->colour) colours.insert(*add->colour);
    }
    CHECK(kinds.size() == std::variant_size_v<Command>);
    CHECK(colours.size() == 3);
    CHECK(added > 200);
}

TEST_CASE("Drawing: a domain may draw a field in its own way.") {
    Drawing drawing;
    drawing.field(&AppendText::text, [](Dice& dice) { return std::string(1 + dice.below(3), 'q'); });
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        const auto text = drawn<AppendText>(seed, drawing).text;
        CHECK(text.find_first_not_of('q') == std::string::npos);
        CHECK(!text.empty());
    }
}

TEST_CASE("Drawing: numbers come to the limits of their type, however narrow.") {
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
    CHECK(integers.contains(-32767));
}

TEST_CASE("Histories: in many of them something that was made is there at the end.") {
    const testing::Drawn<Notes> how;
    std::size_t with_notes = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        Random random(seed);
        const auto history = testing::draw_history(random, how).history;
        with_notes += history.model.notes.empty() ? 0 : 1;
    }
    CHECK(with_notes > 50);
}

TEST_CASE("Dice: simpler rows are shorter, or have smaller choices.") {
    for (const Row& simpler : testing::simpler(Row{3, 0, 7})) {
        const bool is_shorter = simpler.size() < 3;
        CHECK((is_shorter || simpler < Row{3, 0, 7}));
    }
    CHECK(testing::simpler(Row{}).empty());
}

TEST_CASE("rapidcheck: values and histories are generated, and shrink.") {
    CHECK(rc::check("commands come back from JSON", [](const Command& command) {
        RC_ASSERT(codec::decode<Command>(codec::encode(command))->value == command);
    }));
    CHECK(rc::check("histories obey", [] {
        const auto history = *testing::histories<Notes>();
        for (const auto& law : laws()) RC_ASSERT(testing::obeys(law, history).holds);
    }));
    const auto gen = rc::gen::arbitrary<AppendText>();
    auto value = gen(rc::Random(7), 10);
    for (auto next = value.shrinks().next(); next; next = value.shrinks().next()) value = *next;
    Dice simplest{std::span<const std::uint32_t>()};
    CHECK(value.value() == Drawing().draw<AppendText>(simplest));
}

TEST_CASE("Through a kernel: what the journal keeps is what it answers.") {
    journal::MemoryJournal journal;
    CHECK_SCENARIO(testing::through<Notes>(journal)
                       .asked({CreateFolder{.folder = work, .title = "work"}})
                       .when(DeleteFolder{work})
                       .then(FolderDeleted{work}));
    journal::MemoryJournal another;
    CHECK_SCENARIO(testing::through<Notes>(another)
                       .when(DeleteFolder{work})
                       .then_error(NotFound{.id = work.uuid, .retired = false}));
}

} // namespace evenfold::notes
