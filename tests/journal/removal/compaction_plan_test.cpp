// Plans of compactions: the events that change, their new payloads, and the refusals.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/kernel/engine/compaction.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"

namespace evenfold::tests::removal {

using namespace journal;

namespace {

struct Grown {
    static constexpr std::uint32_t stored_version = 2;
    EVENFOLD_STRUCT(Grown, (std::string, of), (std::uint64_t, by));
    friend bool operator==(const Grown&, const Grown&) = default;
};

/// Sums, and a count of events that a compaction may change. A compaction joins events of one name, and drops those of
/// the name "nothing". Its mistakes are for tests.
struct Sums {
    struct Model {
        EVENFOLD_STRUCT(Model, (std::vector<Grown>, sums), (std::uint64_t, events));
    };
    using Command = std::variant<Grown>;
    using Event = std::variant<Grown>;
    using Error = std::variant<Grown>;
    enum class Mistake : std::uint8_t { none, loses_events, throws };
    static inline Mistake mistake = Mistake::none;

    static std::expected<std::vector<Event>, Error> decide(const Command&, const Model&) { return {}; }
    static Model project(Model model, const Event& event) {
        const Grown& grown = std::get<Grown>(event);
        ++model.events;
        if (grown.of == "nothing") return model;
        const auto known = std::ranges::find(model.sums, grown.of, &Grown::of);
        if (known == model.sums.end())
            model.sums.push_back(grown);
        else
            known->by += grown.by;
        return model;
    }
    static std::vector<std::optional<Event>> compact(std::span<const Event> log) {
        if (mistake == Mistake::throws) throw std::runtime_error("a defect");
        std::vector<std::optional<Event>> places(log.size());
        std::map<std::string, std::size_t> first;
        for (std::size_t at = 0; at < log.size(); ++at) {
            const auto& [of, by] = std::get<Grown>(log[at]);
            if (of == "nothing" || mistake == Mistake::loses_events) continue;
            if (const auto [known, is_first] = first.emplace(of, at); is_first)
                places[at] = log[at];
            else
                std::get<Grown>(*places[known->second]).by += by;
        }
        return places;
    }
    static Model kept_by_compaction(Model model) {
        model.events = 0;
        return model;
    }
    static constexpr unsigned compaction_version = 3;
};

std::string grown(const std::string& of, std::uint64_t by) {
    return R"({"of":")" + of + R"(","by":)" + std::to_string(by) + "}";
}

struct StoredSum {
    std::string data;
    std::uint32_t version = 2;
};

std::expected<kernel::CompactionPlan, Failure> plan_of(const std::vector<StoredSum>& stored) {
    MemoryJournal journal;
    for (std::uint64_t number = 1; number <= stored.size(); ++number) {
        Batch batch = contract::batch(number, {"a"});
        batch.events.front() = {.stream = "a",
                                .type = "Grown",
                                .type_version = stored[number - 1].version,
                                .data = stored[number - 1].data};
        REQUIRE(journal.append({&batch, 1}, std::nullopt));
    }
    return kernel::plan_compaction<Sums>(journal, "sums");
}

} // namespace

TEST_CASE("Compaction plan: it has the events that change, with the payloads that they get.") {
    const auto plan = plan_of({{grown("a", 1)}, {grown("nothing", 5)}, {grown("b", 7)}, {grown("a", 2)}});
    REQUIRE_MESSAGE(plan, plan.error().what);
    CHECK(plan->function == "sums/3");
    CHECK(plan->head == 4);
    CHECK(plan->changes ==
          std::vector<kernel::PlannedPayload>{{1, grown("a", 3)}, {2, std::nullopt}, {4, std::nullopt}});
    CHECK(plan->digest_before != plan->digest_after); // the counts differ
    const auto again = plan_of({{grown("a", 3)}, {grown("b", 7)}});
    CHECK(again->changes.empty());
    CHECK(again->digest_before == plan->digest_after);
    CHECK(plan_of({})->changes.empty());
}

TEST_CASE("Compaction plan: a payload that this build cannot write is not replaced, and the event is named.") {
    const std::string unknown_field = R"({"of":"a","by":1,"new":true})";
    const auto with_field = plan_of({{unknown_field}, {grown("a", 2)}});
    REQUIRE(!with_field);
    CHECK(with_field.error().kind == FailureKind::unsupported);
    CHECK(with_field.error().what.find("event 1 (Grown)") != std::string::npos);
    CHECK(with_field.error().what.find("fields that this program does not know") != std::string::npos);
    CHECK(plan_of({{grown("a", 2)}, {unknown_field}})->changes.size() == 2); // its own payload goes
    CHECK(plan_of({{unknown_field}})->changes.empty());
}

TEST_CASE("Compaction plan: a function that changes the model, or throws, makes no plan.") {
    Sums::mistake = Sums::Mistake::loses_events;
    const auto loses = plan_of({{grown("a", 1)}});
    REQUIRE(!loses);
    CHECK(loses.error().kind == FailureKind::defect);
    CHECK(loses.error().what == "the compaction sums/3 changes the model");
    Sums::mistake = Sums::Mistake::throws;
    const auto throws = plan_of({{grown("a", 1)}});
    REQUIRE(!throws);
    CHECK(throws.error().what.find("the events could not be compacted") != std::string::npos);
    Sums::mistake = Sums::Mistake::none;
}

} // namespace evenfold::tests::removal
