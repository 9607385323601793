// A domain that the kit and the kernel must refuse, for one reason at a time; the message must name the reason.
// The name of one case is defined on the command line; without any, the file compiles.

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/testing/doctest.hpp"
#include "evenfold/testing/kernel_scenario.hpp"

namespace lift {

using namespace evenfold::testing;

struct Plain {
    int floor;
    friend bool operator==(const Plain&, const Plain&) = default;
};

struct Go {
#ifdef COMMAND_OF_A_PLAIN_STRUCT
    EVENFOLD_STRUCT(Go, (int, floor), (Plain, plain));
#else
    EVENFOLD_STRUCT(Go, (int, floor));
#endif
#ifndef COMMAND_WITHOUT_EQUALITY
    friend constexpr bool operator==(const Go&, const Go&) = default;
#endif
};
struct Went {
#ifdef EVENT_OF_A_PLAIN_STRUCT
    EVENFOLD_STRUCT(Went, (int, floor), (std::vector<Plain>, plain));
#else
    EVENFOLD_STRUCT(Went, (int, floor));
#endif
#ifndef EVENT_WITHOUT_EQUALITY
    friend constexpr bool operator==(const Went&, const Went&) = default;
#endif
};
struct Stuck {
    EVENFOLD_STRUCT(Stuck);
#ifndef ERROR_WITHOUT_EQUALITY
    friend constexpr bool operator==(const Stuck&, const Stuck&) = default;
#endif
};
struct Shaft {
#ifdef MODEL_WITH_A_POINTER
    EVENFOLD_STRUCT(Shaft, (int, floor), (const char*, name));
#else
    EVENFOLD_STRUCT(Shaft, (int, floor));
#endif
#ifndef MODEL_WITHOUT_EQUALITY
    friend constexpr bool operator==(const Shaft&, const Shaft&) = default;
#endif
};

struct Lift {
    using Command = std::variant<Go>;
    using Event = std::variant<Went>;
    using Error = std::variant<Stuck>;
    using Model = Shaft;
    using Decision = std::expected<std::vector<Event>, Error>;

#if !defined(CHECK_LAWS_WITHOUT_DECIDE) && !defined(SEARCH_WITHOUT_DECIDE) && !defined(LAWS_WITHOUT_DECIDE) &&         \
    !defined(GIVEN_WITHOUT_DECIDE) && !defined(GIVEN_JOURNAL_WITHOUT_DECIDE) && !defined(KERNEL_WITHOUT_DECIDE)
    static constexpr Decision decide(const Command&, const Model&) { return {}; }
#endif
    static constexpr Model project(Model model, const Event&) { return model; }
#ifdef EFFECTS_WITHOUT_ID
    static std::vector<int> outstanding(const Model&) { return {}; }
#endif
};

} // namespace lift

int main() {
    using namespace lift;
#if defined(CHECK_LAWS_WITHOUT_DECIDE) || defined(COMMAND_WITHOUT_EQUALITY) || defined(MODEL_WITH_A_POINTER)
    CHECK_LAWS(Lift);
#elif defined(SEARCH_WITHOUT_DECIDE) || defined(EVENT_WITHOUT_EQUALITY)
    Search<Lift> search;
    search.effort.cases = 1;
#elif defined(LAWS_WITHOUT_DECIDE) || defined(MODEL_WITHOUT_EQUALITY)
    return laws_of<Lift>().empty() ? 1 : 0;
#elif defined(GIVEN_WITHOUT_DECIDE) || defined(ERROR_WITHOUT_EQUALITY) || defined(EVENT_OF_A_PLAIN_STRUCT)
    CHECK_SCENARIO(given<Lift>({Went{1}}).when(Go{1}).then_nothing());
#elif defined(GIVEN_JOURNAL_WITHOUT_DECIDE)
    evenfold::journal::MemoryJournal journal;
    CHECK_SCENARIO(given_journal<Lift>(journal).submitted({Go{1}}).when(Go{1}).then(Went{1}));
#elif defined(KERNEL_WITHOUT_DECIDE)
    evenfold::journal::MemoryJournal journal;
    auto kernel = evenfold::kernel::Kernel<Lift>::open(journal, [] { return evenfold::Instant{}; });
#elif defined(LAW_OF_EFFECTS_THAT_ARE_NOT) || defined(EFFECTS_WITHOUT_ID)
    static_cast<void>(effects_follow<Lift>());
#elif defined(WHEN_AN_EVENT)
    CHECK_SCENARIO(given<Lift>().when(Went{1}).then(Went{1}));
#elif defined(THEN_AN_ERROR)
    CHECK_SCENARIO(given<Lift>().when(Go{1}).then(Stuck{}));
#elif defined(COMMAND_OF_A_PLAIN_STRUCT)
    Random random(1);
    ChoiceSource source(random);
    static_cast<void>(Generators().draw<Lift::Command>(source));
#elif defined(FIELD_OF_A_PLAIN_STRUCT)
    Generators().field(&Plain::floor, [](ChoiceSource&) { return 1; });
#else
    CHECK_SCENARIO(given<Lift>().when(Go{1}).then_nothing());
    CHECK_LAWS(Lift);
#endif
}
