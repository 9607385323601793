#include "evenfold/testing/engine/counterexample.hpp"

#include <utility>

#include "evenfold/testing/engine/any_search.hpp"
#include "evenfold/testing/engine/other_ids.hpp"

namespace evenfold::testing {
namespace {

constexpr std::uint64_t other_histories = 8;

std::vector<const void*> commands_of(const AnyHistory& history) {
    std::vector<const void*> commands;
    for (std::size_t index = 0; index < history.size(); ++index) commands.push_back(history.step(index).command);
    if (history.throwing_command()) commands.push_back(history.throwing_command());
    return commands;
}

class HistoryReduction {
public:
    explicit HistoryReduction(const BrokenLaw& broken)
        : broken_(broken), whole_(history_of(broken.domain, broken.choice_lists, broken.how)) {}

    [[nodiscard]] AnyPointer with_simpler_choices() const {
        return regenerated(reduced(broken_.choice_lists, broken_.tries_max, [&](const std::vector<Choices>& candidate) {
            return is_broken(regenerated(candidate));
        }));
    }

    [[nodiscard]] AnyPointer with_fewer_commands(const AnyHistory& history) const {
        return submitted(
            reduced(commands_of(history), broken_.tries_max,
                    [&](const std::vector<const void*>& candidate) { return is_broken(submitted(candidate)); }));
    }

    /// Returns whether the law holds on the same commands after some other history.
    [[nodiscard]] bool depends_on_others(const AnyHistory& history) const {
        const std::vector<const void*> commands = commands_of(history);
        for (std::uint64_t seed = 0; seed < other_histories; ++seed) {
            Random random(seed);
            const AnyGeneratedHistory other = generate_history(broken_.domain, random, broken_.how);
            static_cast<void>(history_with_other_ids({broken_.domain, other.history.get()}, 3));
            if (!is_broken(submitted(commands))) return true;
        }
        return false;
    }

private:
    /// Begins a candidate after the whole history with other ids, so that earlier candidates do not influence it.
    void begin() const {
        broken_.begin();
        static_cast<void>(history_with_other_ids({broken_.domain, whole_.get()}, 2));
    }
    [[nodiscard]] AnyPointer regenerated(const std::vector<Choices>& choice_lists) const {
        begin();
        return history_of(broken_.domain, choice_lists, broken_.how);
    }
    [[nodiscard]] AnyPointer submitted(const std::vector<const void*>& commands) const {
        begin();
        AnyPointer history = broken_.domain.new_history();
        const ReportedHistory now(broken_.domain, history.get());
        for (const void* command : commands) {
            const ReportedInput input(broken_.domain.command_shape(), command);
            broken_.domain.submit(history.get(), command);
        }
        return history;
    }
    [[nodiscard]] bool is_broken(const AnyPointer& history) const {
        return !obeys(broken_.law, {broken_.domain, history.get()});
    }

    const BrokenLaw& broken_;
    AnyPointer whole_;
};

} // namespace

Counterexample smallest(const BrokenLaw& broken) {
    const HistoryReduction reduction(broken);
    const AnyPointer simpler = reduction.with_simpler_choices();
    AnyPointer least = reduction.with_fewer_commands({broken.domain, simpler.get()});
    const bool needs_others = reduction.depends_on_others({broken.domain, least.get()});
    return {.law = broken.law, .history = std::move(least), .needs_others = needs_others};
}

} // namespace evenfold::testing
