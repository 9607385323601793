#include "evenfold/tests/laws/oracle_laws.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <utility>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/tests/laws/naive/differences.hpp"
#include "evenfold/tests/laws/naive/effects.hpp"
#include "evenfold/tests/laws/naive/world.hpp"

namespace evenfold::orchestration::tests {
namespace {

using naive::World;
using testing::breaks;
using testing::holds;
using testing::Verdict;

constexpr std::size_t positions_max = 5; // and the end

/// Returns whether a history of that many commands is checked after its command `number`, counted from 0.
bool is_place(std::size_t number, std::size_t commands) {
    return (number + 1) % (commands / positions_max + 1) == 0;
}

Verdict none(const std::vector<std::string>& differences_found, const std::string& where) {
    if (differences_found.empty()) return holds();
    std::string all = where;
    for (const std::string& difference : differences_found) all += '\n' + difference;
    return breaks(std::move(all));
}

using Compared = std::vector<std::string> (*)(const World&, const Model&);

/// Folds the history both ways, and calls `compared` at some positions and at the end.
Verdict side_by_side(const CoreHistory& history, Compared compared) {
    World world;
    Model model{};
    for (std::size_t number = 0; number < history.steps.size(); ++number) {
        const auto& answer = history.steps[number].decision;
        if (!answer) continue;
        for (const Event& event : *answer) {
            world = naive::project(std::move(world), event);
            model = Core::project(std::move(model), event);
        }
        if (!is_place(number, history.steps.size())) continue;
        if (Verdict verdict = none(compared(world, model), fmt::format("after command {}", number + 1)); !verdict)
            return verdict;
    }
    return none(compared(world, history.model), "after all commands");
}

// L24

using BlockOfTurn = std::pair<TurnId, std::uint64_t>;

/// The text of a block, and whether it is sealed; nothing for a block that is not text.
struct Spoken {
    std::string_view text;
    bool sealed;
};
std::optional<Spoken> spoken(const Model& model, const BlockOfTurn& of) {
    const Exchange* exchange = model->transcript.exchanges.find(of.first);
    if (!exchange || !exchange->reply || of.second >= exchange->reply->blocks.size()) return std::nullopt;
    const Block& block = exchange->reply->blocks[of.second];
    if (const auto* text = std::get_if<Text>(&block)) return Spoken{.text = text->text, .sealed = text->sealed};
    if (const auto* thinking = std::get_if<Thinking>(&block))
        return Spoken{.text = thinking->text, .sealed = thinking->sealed};
    return std::nullopt;
}

std::string name_of(const BlockOfTurn& block) {
    return fmt::format("block {} of the turn {}", block.second, to_text(block.first));
}

/// The texts according to the log, compared with a model.
class Deltas {
public:
    /// Takes `event`, which is about to be folded into `model`.
    Verdict take(const Event& event, const Model& model) {
        if (const auto* text = std::get_if<TextAppended>(&event)) return append(*text, model);
        if (const auto* thinking = std::get_if<ThinkingAppended>(&event)) return append(*thinking, model);
        if (const auto* discarded = std::get_if<AssistantMessageDiscarded>(&event)) discard(*discarded);
        return holds();
    }

    Verdict equal(const Model& model) {
        for (const auto& [block, text] : texts_) {
            if (!model->index.turns.contains(block.first)) continue; // gone with its content
            const auto got = spoken(model, block);
            if (!got) return breaks(name_of(block) + " is not in the transcript");
            if (got->text != text)
                return breaks(fmt::format("{}: expected {}, got {}", name_of(block), testing::code_of(text),
                                          testing::code_of(std::string(got->text))));
            if (!got->sealed && sealed_.contains(block))
                return breaks(name_of(block) + " was sealed and is open again");
            if (got->sealed) sealed_.insert(block);
        }
        return holds();
    }

private:
    template <class Appended>
    Verdict append(const Appended& event, const Model& model) {
        const BlockOfTurn block{event.turn, event.block};
        texts_[block] += event.text;
        parents_[block] = event.parent;
        const auto before = spoken(model, block);
        return before && before->sealed ? breaks(name_of(block) + " is sealed and still grows") : holds();
    }

    /// The texts of a message that was taken back are empty.
    void discard(const AssistantMessageDiscarded& event) {
        for (auto& [block, text] : texts_) {
            const bool is_discarded =
                block.first == event.turn && block.second >= event.block && parents_[block] == event.parent;
            if (is_discarded) text.clear();
        }
    }

    std::map<BlockOfTurn, std::string> texts_;
    std::map<BlockOfTurn, std::optional<std::string>> parents_;
    std::set<BlockOfTurn> sealed_;
};

Verdict texts_are_their_deltas(const CoreHistory& history) {
    Deltas deltas;
    Model model{};
    for (std::size_t number = 0; number < history.steps.size(); ++number) {
        const auto& answer = history.steps[number].decision;
        if (!answer) continue;
        for (const Event& event : *answer) {
            if (Verdict verdict = deltas.take(event, model); !verdict) return verdict;
            model = Core::project(std::move(model), event);
        }
        if (!is_place(number, history.steps.size())) continue;
        if (Verdict verdict = deltas.equal(model); !verdict) return verdict;
    }
    return deltas.equal(history.model);
}

// L33

std::vector<std::string> effects_differ(const World& world, const Model& model) {
    const std::set<std::string> expected = naive::due(world);
    const std::set<std::string> got = naive::due(Core::outstanding(model));
    std::vector<std::string> differences_found;
    for (const std::string& one : expected) {
        if (!got.contains(one)) differences_found.push_back("not outstanding: " + one);
    }
    for (const std::string& one : got) {
        if (!expected.contains(one)) differences_found.push_back("outstanding although not due: " + one);
    }
    return differences_found;
}

// L31

bool is_reverted(const Event& event) {
    return std::holds_alternative<ThreadReverted>(event);
}

/// Returns the turns that remain after that revert: up to the turn that its checkpoint follows.
std::vector<TurnId> prefix(const World& before, const RevertId& id) {
    std::vector<TurnId> turns;
    const naive::Revert* revert = naive::find(before.reverts, id);
    const naive::Checkpoint* target = revert ? naive::find(before.checkpoints, revert->made.target) : nullptr;
    if (!target || !target->made.after_turn) return turns;
    for (const TurnId& turn : naive::turns_of(before, revert->made.thread)) {
        turns.push_back(turn);
        if (turn == *target->made.after_turn) break;
    }
    return turns;
}

/// Returns the model of a log without the turns in `removed` and the reverts that removed them. A world that has seen
/// all events says which turn a request belongs to.
Model without(const std::vector<Event>& log, const std::set<TurnId>& removed) {
    World world;
    Model model{};
    for (const Event& event : log) {
        const auto turn = naive::turn_of(world, event);
        world = naive::project(std::move(world), event);
        const bool left_out = is_reverted(event) || (turn && removed.contains(*turn));
        if (!left_out) model = Core::project(std::move(model), event);
    }
    return model;
}

Verdict model_without(const std::vector<Event>& log, const std::set<TurnId>& removed, const Model& got) {
    const Model expected = without(log, removed);
    if (Verdict verdict = testing::equal("turns", expected->index.turns, got->index.turns); !verdict) return verdict;
    return testing::equal("transcript", expected->transcript, got->transcript);
}

Verdict reverts_go_back(const CoreHistory& history) {
    const std::vector<Event> log = history.events();
    if (std::ranges::none_of(log, is_reverted)) return holds();
    World world;
    Model model{};
    std::set<TurnId> removed;
    for (std::size_t place = 0; place < log.size(); ++place) {
        const auto* reverted = std::get_if<ThreadReverted>(&log[place]);
        const auto left = reverted ? prefix(world, reverted->revert) : std::vector<TurnId>{};
        world = naive::project(std::move(world), log[place]);
        model = Core::project(std::move(model), log[place]);
        if (!reverted) continue;
        const Thread* thread = model->index.find(reverted->thread);
        if (!thread) return breaks("a thread was removed by its revert");
        if (Verdict verdict = testing::equal("turns left", left, thread->turns.in_order()); !verdict) return verdict;
        removed.insert(reverted->removed_turns.begin(), reverted->removed_turns.end());
        const std::vector<Event> so_far(log.begin(), log.begin() + static_cast<std::ptrdiff_t>(place) + 1);
        if (Verdict verdict = model_without(so_far, removed, model); !verdict) return verdict;
    }
    return removed.empty() ? holds() : model_without(log, removed, history.model);
}

} // namespace

CoreLaws oracle_laws() {
    return {
        {.name = "L4",
         .statement = "the naive fold of the log equals the live model, at several positions and at the end",
         .check = [](const CoreHistory& history) { return side_by_side(history, naive::differences); }},
        {.name = "L16",
         .statement = "states, statuses, counters, queues and pending items equal their recomputation",
         .check = [](const CoreHistory& history) { return side_by_side(history, naive::derived_differences); }},
        {.name = "L24",
         .statement =
             "the text of each block is that of its deltas in the log, byte for byte; a sealed block never changes",
         .check = texts_are_their_deltas},
        {.name = "L31",
         .statement =
             "after a revert the turns are the prefix up to its checkpoint, as if the others had never existed",
         .check = reverts_go_back},
        {.name = "L33",
         .statement = "the outstanding effects are exactly those of the table in section 6.9",
         .check = [](const CoreHistory& history) { return side_by_side(history, effects_differ); }},
    };
}

} // namespace evenfold::orchestration::tests
