#include "evenfold/testing/engine/any_telling.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace evenfold::testing {

AnyTelling::AnyTelling(const AnyTestable& domain, const AnyDrawn& how, std::uint64_t swarm)
    : domain_(domain),
      how_(how),
      kinds_(std::get_if<VariantShape>(&domain.command_shape().kind)),
      swarm_(swarm),
      history_(domain.new_history()) {
    if (!how_.command) known_.live.add(domain_.model_type().shape(), model());
}

void AnyTelling::add(const Row& row) {
    Dice dice{std::span<const std::uint32_t>(row)};
    ask(draw(dice).get());
}

Row AnyTelling::add(Random& random) {
    AnyPointer best(nullptr, [](void*) {});
    Row row;
    const bool as_it_comes = how_.command || Dice(random).chance(how_.nonsense);
    for (std::size_t left = as_it_comes ? 1 : candidates; left > 0; --left) {
        Dice dice(random);
        AnyPointer candidate = draw(dice);
        const bool useful = as_it_comes || (is_wanted(candidate.get()) && makes_something_happen(candidate.get()));
        if (best && !(useful && (!makes_something_happen(best.get()) || is_rarer(candidate.get(), best.get()))))
            continue;
        best = std::move(candidate);
        row = dice.row();
    }
    ask(best.get());
    return row;
}

AnyPointer AnyTelling::draw(Dice& dice) const {
    if (how_.command) return how_.command(dice, model());
    AnyPointer command = domain_.command_type().make();
    how_.drawing.draw(domain_.command_shape(), command.get(), dice, known_);
    return command;
}

/// Returns whether this history uses the kind of `command`. Each history omits about a quarter of the kinds, so that
/// some delete nothing for long. An omitted kind occurs as nonsense, or when no other candidate has events.
/// Source: A. Groce and others, "Swarm Testing" (2012).
bool AnyTelling::is_wanted(const void* command) const {
    return !kinds_ || Random(swarm_ + kinds_->index(command)).next() % 4 != 0;
}

bool AnyTelling::is_rarer(const void* a, const void* b) const {
    return kinds_ && counted(kinds_->index(a)) < counted(kinds_->index(b));
}

/// Counts kinds that shrink the model 16 times in most histories, because otherwise hardly anything would exist for
/// long.
std::size_t AnyTelling::counted(std::size_t kind) const {
    const std::size_t times = kind < times_.size() ? times_[kind] : 0;
    const bool shrinks = kind < shrinks_.size() && shrinks_[kind];
    return times * (shrinks && swarm_ % 4 != 0 ? 16 : 1);
}

/// Returns whether the candidate has events or makes the domain throw.
bool AnyTelling::makes_something_happen(const void* candidate) const {
    try {
        return domain_.decide(candidate, model())->count() > 0;
    } catch (...) {
        return true;
    }
}

void AnyTelling::ask(const void* command) {
    domain_.ask(history_.get(), command);
    if (domain_.thrower(history_.get())) return;
    const AnyStep last = domain_.step(history_.get(), domain_.step_count(history_.get()) - 1);
    if (last.answer.error || how_.command) return;
    const std::size_t size = known_.live.count();
    for (std::size_t index = 0; index < last.answer.count; ++index)
        known_.past.add(domain_.event_shape(), last.answer.event(index));
    known_.live = {};
    known_.live.add(domain_.model_type().shape(), model());
    if (!kinds_) return;
    const std::size_t kind = kinds_->index(last.command);
    times_.resize(std::max(times_.size(), kind + 1));
    shrinks_.resize(times_.size());
    ++times_[kind];
    shrinks_[kind] = known_.live.count() < size;
}

AnyPointer history_of(const AnyTestable& domain, const std::vector<Row>& rows, const AnyDrawn& how) {
    AnyTelling telling(domain, how);
    for (const Row& row : rows) telling.add(row);
    return telling.take_history();
}

AnyTold draw_history(const AnyTestable& domain, Random& random, const AnyDrawn& how) {
    AnyTelling telling(domain, how, random.next()); // with some kinds only
    std::vector<Row> rows(how.commands_max == 0 ? 0 : 1 + random.next() % how.commands_max);
    for (Row& row : rows) row = telling.add(random);
    return {.rows = std::move(rows), .history = telling.take_history()};
}

} // namespace evenfold::testing
