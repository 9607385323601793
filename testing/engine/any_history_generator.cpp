#include "evenfold/testing/engine/any_history_generator.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace evenfold::testing {

AnyHistoryGenerator::AnyHistoryGenerator(const AnyTestable& domain, const AnyHistoryOptions& how, std::uint64_t swarm)
    : domain_(domain),
      how_(how),
      kinds_(std::get_if<VariantShape>(&domain.command_shape().kind)),
      swarm_(swarm),
      history_(domain.new_history()) {
    if (!how_.command) known_.live.add(domain_.model_type().shape(), model());
}

void AnyHistoryGenerator::add(const Choices& choices) {
    ChoiceSource source{std::span<const std::uint32_t>(choices)};
    submit(draw(source).get());
}

Choices AnyHistoryGenerator::add(Random& random) {
    AnyPointer best(nullptr, [](void*) {});
    Choices choices;
    const bool unfiltered = how_.command || ChoiceSource(random).chance(how_.unfiltered_percent);
    for (std::size_t left = unfiltered ? 1 : candidates; left > 0; --left) {
        ChoiceSource source(random);
        AnyPointer candidate = draw(source);
        const bool useful = unfiltered || (is_wanted(candidate.get()) && is_interesting(candidate.get()));
        if (best && !(useful && (!is_interesting(best.get()) || is_rarer(candidate.get(), best.get())))) continue;
        best = std::move(candidate);
        choices = source.choices();
    }
    submit(best.get());
    return choices;
}

AnyPointer AnyHistoryGenerator::draw(ChoiceSource& source) const {
    if (how_.command) return how_.command(source, model());
    AnyPointer command = domain_.command_type().make();
    how_.generators.draw(domain_.command_shape(), command.get(), source, known_);
    return command;
}

/// Returns whether this history uses the kind of `command`. Each history omits about a quarter of the kinds, so that
/// some histories delete nothing for long. An omitted kind occurs only among the
/// unfiltered commands, or when no other candidate has events.
/// Source: A. Groce and others, "Swarm Testing" (2012).
bool AnyHistoryGenerator::is_wanted(const void* command) const {
    return !kinds_ || Random(swarm_ + kinds_->index(command)).next() % 4 != 0;
}

bool AnyHistoryGenerator::is_rarer(const void* a, const void* b) const {
    return kinds_ && counted(kinds_->index(a)) < counted(kinds_->index(b));
}

/// Counts kinds that shrink the model 16 times in most histories, because otherwise hardly anything would exist for
/// long.
std::size_t AnyHistoryGenerator::counted(std::size_t kind) const {
    const std::size_t times = kind < times_.size() ? times_[kind] : 0;
    const bool shrinks = kind < shrinks_.size() && shrinks_[kind];
    return times * (shrinks && swarm_ % 4 != 0 ? 16 : 1);
}

/// Returns whether the candidate has events or makes the domain throw.
bool AnyHistoryGenerator::is_interesting(const void* candidate) const {
    try {
        return domain_.decide(candidate, model())->count() > 0;
    } catch (...) {
        return true;
    }
}

void AnyHistoryGenerator::submit(const void* command) {
    domain_.submit(history_.get(), command);
    if (domain_.throwing_command(history_.get())) return;
    const AnyHistoryStep last = domain_.step(history_.get(), domain_.step_count(history_.get()) - 1);
    if (last.decision.error || how_.command) return;
    const std::size_t size = known_.live.count();
    for (std::size_t index = 0; index < last.decision.count; ++index)
        known_.past.add(domain_.event_shape(), last.decision.event(index));
    known_.live = {};
    known_.live.add(domain_.model_type().shape(), model());
    if (!kinds_) return;
    const std::size_t kind = kinds_->index(last.command);
    times_.resize(std::max(times_.size(), kind + 1));
    shrinks_.resize(times_.size());
    ++times_[kind];
    shrinks_[kind] = known_.live.count() < size;
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
