#include "evenfold/kernel/engine/following.hpp"

#include <utility>

#include "evenfold/kernel/replay.hpp"

namespace evenfold::kernel {
namespace {

constexpr Sequence missed_max = 65'536; // events that a copy may have missed and still be brought up to date

} // namespace

Following::Following(const AnyKernelDomain& domain, journal::Journal& journal, AnyState state)
    : domain_(domain), journal_(journal), versions_(domain.folding(), std::move(state), missed_max) {}

std::expected<Sequence, journal::Failure> Following::catch_up() {
    const std::scoped_lock lock(mutex_);
    if (auto failure = planned_ ? show_planned() : refresh()) return std::unexpected(std::move(*failure));
    return head();
}

std::expected<const AnyState*, journal::Failure> Following::begin() {
    const std::scoped_lock lock(mutex_);
    if (auto failure = refresh()) return std::unexpected(std::move(*failure));
    planned_ = Planned{};
    return &ahead();
}

Sequence Following::planned(const CommandId& last, std::vector<std::unique_ptr<AnyDecision>> decisions) {
    const std::scoped_lock lock(mutex_);
    const AnyState& state = ahead();
    const Sequence head = *state.head;
    for (auto& decision : decisions) {
        for (std::size_t at = 0; at < decision->count(); ++at) {
            if (domain_.is_unknown(decision->event(at))) ++*state.unknown_events;
        }
        *state.head += decision->count();
        versions_.keep(std::move(decision));
    }
    planned_ = Planned{.last = last, .end = *state.head + 1};
    return head;
}

void Following::end(bool is_stored) {
    const std::scoped_lock lock(mutex_);
    planned_.reset();
    if (is_stored)
        versions_.publish();
    else
        versions_.discard();
}

Sequence Following::head() const {
    Lending::Copy* const copy = lending()->lend();
    const Sequence head = *copy->state.head;
    lending()->give_back(copy);
    return head;
}

/// Returns the next copy, brought up to the one that readers see. What was read from the journal for that one is
/// read again for this one.
const AnyState& Following::ahead() {
    return versions_.ahead([&](const AnyState& state, Sequence until) {
        return !advance(domain_, journal_, state, until) && *state.head == until;
    });
}

std::optional<journal::Failure> Following::refresh() {
    bool is_behind = false;
    const auto read = journal_.read(head() + 1, [&](const journal::Record&) {
        is_behind = true;
        return false;
    });
    if (!read) return read.error();
    if (!is_behind) return std::nullopt; // and no copy was made for nothing
    auto failure = advance(domain_, journal_, ahead());
    versions_.publish();
    return failure;
}

/// Nobody else appends meanwhile, so what can be read of the group is all that there is to take in. It may be shown
/// before the append has answered: its copy is as it will be.
std::optional<journal::Failure> Following::show_planned() {
    if (!planned_->last) return std::nullopt;
    const auto receipt = journal_.receipt(*planned_->last);
    if (!receipt) return receipt.error();
    if (*receipt && (*receipt)->first + (*receipt)->count == planned_->end) versions_.publish();
    return std::nullopt;
}

} // namespace evenfold::kernel
