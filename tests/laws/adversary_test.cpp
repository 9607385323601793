#include <doctest/doctest.h>

#include <algorithm>
#include <optional>

#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/testing/choices.hpp"
#include "evenfold/testing/search.hpp"
#include "evenfold/tests/laws/core.hpp"
#include "evenfold/tests/support/random_commands.hpp"
#include "evenfold/tests/support/stories.hpp"

// An adversary between provider and core repeats, drops and delays events, and restarts. The core must still accept
// exactly the provider's output.

namespace evenfold::orchestration::tests {
namespace {

const testing::SearchEffort effort = testing::from_environment({.seed = 1, .cases = 300});

bool ends_a_turn(const ProviderEvent& event) {
    const auto* error = std::get_if<provider::ProviderError>(&event);
    return std::holds_alternative<provider::TurnComplete>(event) || (error && error->fatal);
}

/// Returns the output of a provider in one turn, numbered from 1: random events and the end.
std::vector<IngestProviderEvent> provider_output(testing::ChoiceSource& source) {
    std::vector<IngestProviderEvent> all;
    for (std::size_t left = 1 + source.below(40); left > 0; --left) {
        ProviderEvent event = random_provider_event(static_cast<std::uint32_t>(source.below(UINT32_MAX)));
        if (!ends_a_turn(event)) all.push_back(ingest(all.size() + 1, std::move(event)));
    }
    all.push_back(ingest(all.size() + 1, completes()));
    return all;
}

/// The core and the shell in front of it, as in section 6.9: the shell sends missing events again after a gap, and
/// drops stale events.
class Shell {
public:
    explicit Shell(const std::vector<IngestProviderEvent>& provider_output) : said_(provider_output) {}

    /// Delivers the provider event `seq`. Returns false if the core returns an error that no shell expects.
    bool deliver(std::uint64_t seq) {
        const Decision answer = ask(seq);
        if (answer) return take(*answer);
        const auto* gap = std::get_if<rejection::ProviderGap>(&answer.error());
        if (!gap) return is_stale(answer.error());
        ++gaps_;
        for (std::uint64_t missing = gap->expected; missing <= seq; ++missing) {
            const Decision then = ask(missing);
            if (then ? !take(*then) : !is_stale(then.error())) return false;
        }
        return true;
    }

    bool lose_the_session() { return take(*Core::decide(lose_session(), model_)); }

    [[nodiscard]] const Model& model() const { return model_; }
    [[nodiscard]] int gaps() const { return gaps_; }
    [[nodiscard]] int stale() const { return stale_; }

private:
    [[nodiscard]] Decision ask(std::uint64_t seq) const { return Core::decide(said_[seq - 1], model_); }

    bool take(const DecidedEvents& events) {
        model_ = folded<Core>(std::move(model_), events);
        return true;
    }
    bool is_stale(const Error& error) {
        ++stale_;
        return std::holds_alternative<rejection::StaleEpoch>(error) ||
               std::holds_alternative<rejection::TurnTerminal>(error);
    }

    const std::vector<IngestProviderEvent>& said_;
    Model model_ = a_thread_with_a_running_turn().model;
    int gaps_ = 0;
    int stale_ = 0;
};

/// Returns the order of delivery: each event once in order, except that some are dropped, repeated or delayed by up to
/// six positions. The last event always comes last.
std::vector<std::uint64_t> disturbed(std::size_t count, testing::ChoiceSource& source) {
    std::vector<std::pair<std::size_t, std::uint64_t>> order;
    for (std::uint64_t seq = 1; seq <= count; ++seq) {
        if (source.chance(20)) continue;
        order.emplace_back(seq + (source.chance(20) ? source.below(7) : 0), seq);
        if (source.chance(20)) order.emplace_back(seq + source.below(7), seq);
    }
    std::ranges::sort(order);
    std::vector<std::uint64_t> seqs;
    for (const auto& [place, seq] : order) seqs.push_back(seq);
    seqs.push_back(count);
    return seqs;
}

Model undisturbed(const std::vector<IngestProviderEvent>& provider_output) {
    Shell shell(provider_output);
    for (std::uint64_t seq = 1; seq <= provider_output.size(); ++seq) static_cast<void>(shell.deliver(seq));
    return shell.model();
}

/// Returns the number of seeds for which the model differs from the provider's output.
std::uint64_t wrong_models() {
    std::uint64_t times = 0;
    int gaps = 0;
    for (std::uint64_t seed = effort.seed; seed < effort.seed + effort.cases; ++seed) {
        testing::Random random(seed);
        testing::ChoiceSource source(random);
        const auto all = provider_output(source);
        Shell shell(all);
        bool expected = true;
        for (const std::uint64_t seq : disturbed(all.size(), source)) expected = shell.deliver(seq) && expected;
        gaps += shell.gaps();
        if (!expected || !(shell.model() == undisturbed(all))) ++times;
    }
    CHECK((gaps > 0 || planted == Fault::gap_accepted)); // otherwise there was no adversary
    return times;
}

/// Returns whether output of the lost session gets into the turn of the next session.
bool speaks_again(Model model, const std::vector<IngestProviderEvent>& all) {
    for (const Command& command : std::vector<Command>{assign_ref(end_of(first_turn)), bind_session(2),
                                                       start_turn(second_turn), confirm(second_turn)}) {
        const Decision answer = Core::decide(command, model);
        if (!answer) continue; // a turn that was never sent has no end to keep
        model = folded<Core>(std::move(model), *answer);
    }
    return std::ranges::any_of(all, [&](IngestProviderEvent event) {
        event.turn = second_turn;
        const Decision answer = Core::decide(event, model);
        return answer || !std::holds_alternative<rejection::StaleEpoch>(answer.error());
    });
}

/// Returns the number of seeds for which output of a lost session gets into the model after the loss.
std::uint64_t models_with_lost_output() {
    std::uint64_t times = 0;
    int stale = 0;
    for (std::uint64_t seed = effort.seed; seed < effort.seed + effort.cases; ++seed) {
        testing::Random random(seed);
        testing::ChoiceSource source(random);
        const auto all = provider_output(source);
        Shell shell(all);
        const std::size_t before = source.below(all.size());
        bool expected = true;
        for (std::uint64_t seq = 1; seq <= before; ++seq) expected = shell.deliver(seq) && expected;
        expected = shell.lose_the_session() && expected;
        const Model lost = shell.model();
        for (const std::uint64_t seq : disturbed(all.size(), source)) {
            if (seq > before) expected = shell.deliver(seq) && expected;
        }
        stale += shell.stale();
        if (!expected || !(shell.model() == lost) || speaks_again(lost, all)) ++times;
    }
    CHECK(stale > 0);
    return times;
}

/// Returns the same count with that fault in the core.
template <class Count>
std::uint64_t with(Fault fault, Count count) {
    planted = fault;
    const std::uint64_t times = count();
    planted = Fault::none;
    return times;
}

} // namespace

TEST_CASE("Provider adversary, L27: repeated, dropped and delayed events give the same model as those in order.") {
    CHECK(wrong_models() == 0);
}

TEST_CASE("Provider adversary, L28: after a restart no output of the lost session is accepted.") {
    CHECK(models_with_lost_output() == 0);
}

TEST_CASE("Provider adversary: a core that accepts repeats, gaps or old epochs gets a wrong model.") {
    CHECK(with(Fault::repeat_taken_as_next, wrong_models) > 0);
    CHECK(with(Fault::gap_accepted, wrong_models) > 0);
    CHECK(with(Fault::ended_turn_hears, models_with_lost_output) > 0);
    CHECK(with(Fault::old_epoch_accepted, models_with_lost_output) > 0);
}

} // namespace evenfold::orchestration::tests
