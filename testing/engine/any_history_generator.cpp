#include "evenfold/testing/engine/any_history_generator.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "evenfold/testing/engine/ambient_probe.hpp"

namespace evenfold::testing {

AnyHistoryGenerator::AnyHistoryGenerator(const AnyTestable& domain, const AnyHistoryOptions& how, std::uint64_t swarm)
    : domain_(domain),
      how_(how),
      swarm_(swarm),
      history_(domain.new_history()),
      reported_(domain, history_.get()),
      rarity_(domain.command_shape(), how.generators) {
    if (!how_.command) known_.live.add(domain_.model_type().shape(), model());
}

void AnyHistoryGenerator::add(const Choices& choices) {
    ChoiceSource source{std::span<const std::uint32_t>(choices)};
    submit(draw(source).get());
}

Choices AnyHistoryGenerator::add(Random& random) {
    const bool is_filtered = !how_.command && !ChoiceSource(random).chance(how_.unfiltered_percent);
    return is_filtered ? add_useful(random) : add_any(random);
}

Choices AnyHistoryGenerator::add_useful(Random& random) {
    AnyPointer best(nullptr, [](void*) {});
    Choices choices;
    Candidate least = Candidate::useless;
    const auto wanted = [this](std::size_t kind) { return is_wanted(kind); };
    for (const std::size_t kind : rarity_.in_order(random, is_growing(), wanted)) {
        const Choices first = rarity_.choices_of(kind);
        for (std::size_t left = rarity_.tries(kind); left > 0; --left) {
            ChoiceSource source(random, first);
            AnyPointer candidate = draw(source);
            const Candidate rank = ranked(kind, candidate.get());
            KindUse& use = rarity_.use(kind);
            use.futile = rank == Candidate::useless ? use.futile + 1 : 0;
            if (best && rank <= least) continue;
            best = std::move(candidate);
            choices = source.choices();
            least = rank;
            if (rank != Candidate::useless) break;
        }
        if (least == Candidate::useful) break;
    }
    submit(best.get());
    return choices;
}

/// Adds a command without selection.
Choices AnyHistoryGenerator::add_any(Random& random) {
    ChoiceSource source(random);
    const AnyPointer command = draw(source);
    if (!how_.command) static_cast<void>(ranked(rarity_.kind_of(command.get()), command.get())); // for its probe
    submit(command.get());
    return source.choices();
}

AnyPointer AnyHistoryGenerator::draw(ChoiceSource& source) const {
    if (how_.command) return how_.command(source, model());
    AnyPointer command = domain_.command_type().make();
    how_.generators.draw(domain_.command_shape(), command.get(), source, known_);
    return command;
}

/// Returns whether this history uses that kind. Every second history omits about a quarter of the kinds, so that some
/// histories delete nothing for long. An omitted kind occurs only among the unfiltered commands, or when no other kind
/// has events.
/// Source: A. Groce and others, "Swarm Testing" (2012).
bool AnyHistoryGenerator::is_wanted(std::size_t kind) const {
    const bool uses_all = (swarm_ >> 8U) % 2 == 0;
    return uses_all || Random(swarm_ + kind).next() % 4 != 0;
}

/// Returns how useful the candidate is. One that makes the domain throw is useful.
AnyHistoryGenerator::Candidate AnyHistoryGenerator::ranked(std::size_t kind, const void* candidate) {
    const ReportedInput now(domain_.command_shape(), candidate);
    const AmbientProbe probe(domain_, candidate, model());
    try {
        const auto decision = domain_.decide(candidate, model());
        if (decision->count() == 0) return Candidate::useless;
        KindUse& use = rarity_.use(kind);
        if (use.shrinks || !is_growing()) return Candidate::useful;
        const AnyPointer after = domain_.model_type().copy(model());
        fold(domain_, after.get(), decision_view(*decision));
        use.shrinks = size_of(after.get()) < known_.live.count();
        return *use.shrinks ? Candidate::shrinking : Candidate::useful;
    } catch (...) {
        return Candidate::useful;
    }
}

std::size_t AnyHistoryGenerator::size_of(const void* of_model) const {
    ObservedValues values;
    values.add(domain_.model_type().shape(), of_model);
    return values.count();
}

void AnyHistoryGenerator::submit(const void* command) {
    {
        const ReportedInput now(domain_.command_shape(), command);
        domain_.submit(history_.get(), command);
    }
    if (domain_.throwing_command(history_.get())) return;
    const AnyHistoryStep last = domain_.step(history_.get(), domain_.step_count(history_.get()) - 1);
    if (last.decision.count == 0 || how_.command) return;
    const std::size_t size = known_.live.count();
    const std::size_t entities = known_.live.entities();
    for (std::size_t index = 0; index < last.decision.count; ++index)
        known_.past.add(domain_.event_shape(), last.decision.event(index));
    known_.live.clear();
    known_.live.add(domain_.model_type().shape(), model());
    KindUse& use = rarity_.use(rarity_.kind_of(last.command));
    ++use.times;
    use.shrinks = known_.live.count() < size;
    if (known_.live.entities() == entities) return;
    for (KindUse& each : rarity_.uses()) each.futile = 0;
}

AnyPointer
history_of(const AnyTestable& domain, const std::vector<Choices>& choice_lists, const AnyHistoryOptions& how) {
    AnyHistoryGenerator generator(domain, how);
    for (const Choices& choices : choice_lists) generator.add(choices);
    return generator.take_history();
}

AnyGeneratedHistory generate_history(const AnyTestable& domain, Random& random, const AnyHistoryOptions& how) {
    AnyHistoryGenerator generator(domain, how, random.next()); // with some kinds only
    std::vector<Choices> choice_lists(how.commands_max == 0 ? 0 : 1 + random.next() % how.commands_max);
    for (Choices& choices : choice_lists) choices = generator.add(random);
    return {.choice_lists = std::move(choice_lists), .history = generator.take_history()};
}

} // namespace evenfold::testing
