#include "evenfold/tests/laws/small_scope/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>

#include "evenfold/core/reflection/type_name.hpp"
#include "evenfold/tests/laws/small_scope/alphabet.hpp"
#include "evenfold/tests/laws/small_scope/key.hpp"

namespace evenfold::orchestration::tests::small_scope {
namespace {

/// The states of all entities of one kind, and each move between states that occurred, one bit per pair.
template <class State>
class Moves {
public:
    template <class SomeId>
    void look(const std::vector<SomeId>& ids, const Index& index) {
        was_.swap(is_);
        is_.clear();
        for (const SomeId& id : ids) {
            const auto* found = index.find(id);
            is_.push_back(found ? static_cast<std::size_t>(found->state) : nowhere);
        }
    }
    void note() {
        for (std::size_t place = 0; place < is_.size(); ++place) {
            if (was_[place] != is_[place]) seen_.set(was_[place] * (nowhere + 1) + is_[place]);
        }
    }
    [[nodiscard]] std::set<std::string> names() const {
        std::set<std::string> all;
        for (std::size_t bit = 0; bit < seen_.size(); ++bit) {
            if (seen_.test(bit))
                all.insert(fmt::format("{} > {}", name(bit / (nowhere + 1)), name(bit % (nowhere + 1))));
        }
        return all;
    }

private:
    static constexpr std::size_t nowhere = enumerator_names<State>.size();
    static std::string_view name(std::size_t state) {
        return state == nowhere ? "nowhere" : name_of(static_cast<State>(state));
    }

    std::vector<std::size_t> was_;
    std::vector<std::size_t> is_;
    std::bitset<(nowhere + 1) * (nowhere + 1)> seen_;
};

/// Returns the kinds of the events, or the kind of the error.
std::vector<std::size_t> kind_of(const Decision& answer) {
    if (!answer) return {std::variant_size_v<Event> + answer.error().index()};
    std::vector<std::size_t> all;
    for (const Event& event : *answer) all.push_back(event.index());
    return all;
}

/// Returns the names that providers chose and that need a namespace of their own in a test, if the path has any.
std::set<std::string> told_by_providers(const std::vector<Command>& path) {
    std::set<std::string> names;
    for (const Command& asked : path) {
        const auto* ingested = std::get_if<IngestProviderEvent>(&asked);
        if (!ingested) continue;
        names.emplace(std::visit([]<class Event>(const Event&) { return type_name<Event>; }, ingested->event));
        if (std::holds_alternative<provider::TurnComplete>(ingested->event)) names.emplace("TurnOutcome");
    }
    return names;
}

class Explorer {
public:
    Explorer(const Scope& scope, const Search& search)
        : scope_(scope), search_(search), core_(search.core), names_(scope), alphabet_(scope) {}

    Outcome run() {
        const auto begin = std::chrono::steady_clock::now();
        add(Model{}, 0, 0);
        std::uint32_t visited = 0;
        for (; visited < states_.size() && !stopped(); ++visited) visit(visited, model_at(visited));
        outcome_.exhausted = visited == states_.size() && !outcome_.found;
        outcome_.depth = trail_.size() - 1;
        outcome_.states = states_.size();
        outcome_.asked = alphabet_.kinds();
        outcome_.turns = turns_.names();
        outcome_.requests = requests_.names();
        outcome_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        return std::move(outcome_);
    }

private:
    /// A state that was reached from `parent` by a letter; the first state has no parent.
    struct State {
        std::uint32_t parent;
        std::uint32_t letter;
    };
    struct Open {
        std::uint32_t state;
        Model model;
    };

    [[nodiscard]] bool stopped() const { return outcome_.found || states_.size() >= search_.states_max; }

    [[nodiscard]] std::string key(const Model& model) {
        std::string all = search_.key ? search_.key(names_, scope_, model) : key_of(names_, scope_, model);
        for (const std::size_t place : alphabet_.by_shape()) {
            for (const std::size_t kind : kind_of(core_.decide(*alphabet_.aimed(place, model), model)))
                all += static_cast<char>(1 + kind);
            all += '\0';
        }
        return all;
    }

    [[nodiscard]] Model step(Model model, std::span<const Event> events) const {
        for (const Event& event : events) model = core_.project(std::move(model), event);
        return model;
    }
    Model watched_step(Model model, std::span<const Event> events) {
        turns_.look(names_.turns, model->index);
        requests_.look(names_.requests, model->index);
        for (const Event& event : events) {
            model = core_.project(std::move(model), event);
            turns_.look(names_.turns, model->index);
            turns_.note();
            requests_.look(names_.requests, model->index);
            requests_.note();
        }
        return model;
    }

    /// Returns the model of a state, rebuilt from the models along the path to the previous one: consecutive states
    /// mostly share their path.
    const Model& model_at(std::uint32_t state) {
        std::vector<std::uint32_t> path;
        for (std::uint32_t at = state;; at = states_[at].parent) {
            path.push_back(at);
            if (at == 0) break;
        }
        std::ranges::reverse(path);
        const auto same = std::ranges::mismatch(trail_, path, {}, &Open::state);
        trail_.erase(same.in1, trail_.end());
        for (auto next = same.in2; next != path.end(); ++next)
            trail_.push_back({.state = *next, .model = trail_.empty() ? Model{} : stepped(*next)});
        return trail_.back().model;
    }
    Model stepped(std::uint32_t state) {
        const Model& before = trail_.back().model;
        return step(before, *core_.decide(*alphabet_.aimed(states_[state].letter, before), before));
    }

    void visit(std::uint32_t state, const Model& model) {
        for (std::size_t place = 0; place < alphabet_.size() && !stopped(); ++place) {
            const Command* asked = alphabet_.aimed(place, model);
            if (!asked) continue;
            const Decision answer = core_.decide(*asked, model);
            const bool moved = answer && !answer->empty();
            if (!moved) {
                hold(broken_by(*asked, answer, model, model), state, place);
                continue;
            }
            Model after = watched_step(model, *answer);
            hold(broken_by(*asked, answer, model, after), state, place);
            ++outcome_.transitions;
            outcome_.moved.set(asked->index());
            add(after, state, place);
        }
    }

    void add(const Model& model, std::uint32_t parent, std::size_t place) {
        const auto number = static_cast<std::uint32_t>(states_.size());
        const auto [known, is_new] = seen_.try_emplace(hash_of(key(model)), number);
        const bool looked_at = is_new || ++meetings_ % search_.meeting_every == 0;
        hold(looked_at ? broken_in(core_, model) : broken_structure(model), parent, place);
        if (is_new)
            states_.push_back({.parent = parent, .letter = static_cast<std::uint32_t>(place)});
        else if (looked_at && !outcome_.found)
            compare(known->second, model, parent, place);
    }

    /// Checks that two models of one key decide each letter alike and have equal keys afterwards.
    void compare(std::uint32_t first, const Model& met, std::uint32_t parent, std::size_t place) {
        ++outcome_.met;
        const Model known = model_of(path_to(first));
        for (std::size_t letter = 0; letter < alphabet_.size(); ++letter) {
            const auto [kind, then] = answer_of(letter, known);
            const auto [met_kind, met_then] = answer_of(letter, met);
            if (kind == met_kind && then == met_then) continue;
            const Command* asked = alphabet_.aimed(letter, met);
            return hold("the key omits a fact that a decision depends on: the decision on " +
                            (asked ? testing::code_of(*asked) : std::string("a letter that comes too early")),
                        parent, place);
        }
    }
    std::pair<std::vector<std::size_t>, std::string> answer_of(std::size_t letter, const Model& model) {
        const Command* asked = alphabet_.aimed(letter, model);
        if (!asked) return {};
        const Decision answer = core_.decide(*asked, model);
        return {kind_of(answer), answer ? key(step(model, *answer)) : std::string()};
    }

    [[nodiscard]] std::vector<std::size_t> path_to(std::uint32_t state) const {
        std::vector<std::size_t> letters;
        for (; state != 0; state = states_[state].parent) letters.push_back(states_[state].letter);
        std::ranges::reverse(letters);
        return letters;
    }

    Model model_of(const std::vector<std::size_t>& letters, std::vector<Command>* commands = nullptr) {
        Model model;
        for (const std::size_t letter : letters) {
            const Command& asked = *alphabet_.aimed(letter, model);
            if (commands) commands->push_back(asked);
            if (const Decision answer = core_.decide(asked, model)) model = step(std::move(model), *answer);
        }
        return model;
    }

    /// Ends the search if `broken`, which the letter at `place` caused in the state `parent`, is not empty.
    void hold(std::string broken, std::uint32_t parent, std::size_t place) {
        if (broken.empty() || outcome_.found) return;
        std::vector<std::size_t> letters = path_to(parent);
        letters.push_back(place);
        Found found{.violation = std::move(broken), .path = {}};
        model_of(letters, &found.path);
        outcome_.found = std::move(found);
    }

    const Scope& scope_;
    const Search& search_;
    const Functions core_;
    const Names names_;
    Alphabet alphabet_;
    Moves<TurnState> turns_;
    Moves<RequestState> requests_;
    std::vector<State> states_;
    std::vector<Open> trail_; // the path to the current state
    boost::unordered_flat_map<Hash, std::uint32_t> seen_;
    std::size_t meetings_ = 0;
    Outcome outcome_;
};

} // namespace

std::string test_of(const Found& found) {
    std::string code = fmt::format("// {}\nTEST_CASE(\"small scope: {}\") {{\n", found.violation,
                                   found.violation.substr(0, found.violation.find(':')));
    for (const std::string& name : told_by_providers(found.path))
        code += fmt::format("    using provider::{};\n", name);
    code += "    using testing::id;\n    CHECK_SCENARIO(testing::obeys<Core>(\"small-scope\", {\n";
    for (const Command& asked : found.path) code += "        " + testing::code_of(asked) + ",\n";
    return code + "    }, laws_of_small_scopes()));\n}\n";
}

std::string summary(const Scope& scope, const Outcome& outcome) {
    return fmt::format("{}: {} states, {} transitions, depth {}, {} meetings compared, {:.1f} s, {}", scope.name,
                       outcome.states, outcome.transitions, outcome.depth, outcome.met, outcome.seconds,
                       outcome.exhausted ? "all" : "not all");
}

Outcome explore(const Scope& scope, const Search& search) {
    return Explorer(scope, search).run();
}

} // namespace evenfold::orchestration::tests::small_scope
