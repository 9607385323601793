#include "evenfold/kernel/engine/engine.hpp"

#include <iterator>
#include <utility>

namespace evenfold::kernel {
namespace {

AnyOutcome failed(const journal::Failure& failure) {
    return std::unexpected(AnyRefusal(failure));
}

/// A journal that refuses, or is busy, has stored nothing.
bool may_be_stored(const journal::AppendError& error) {
    const auto* failure = std::get_if<journal::Failure>(&error);
    return failure && failure->kind != journal::FailureKind::busy;
}

/// While the hold lasts nobody else appends, so a refusal of the journal is a failure of it, too.
journal::Failure failure_of(const journal::AppendError& error) {
    if (const auto* failure = std::get_if<journal::Failure>(&error)) return *failure;
    return {.kind = journal::FailureKind::damaged,
            .what = "the journal changed while it was held",
            .remedy = "make sure that every writer of the journal is an evenfold, then try again"};
}

} // namespace

std::vector<AnyOutcome> Engine::submit_all(std::vector<AnyCommand> commands) {
    Waiting mine{.commands = std::move(commands), .outcomes = {}, .done = false};
    if (journal_.is_held_here()) { // who leads the others waits for this very thread
        answer({&mine});
        return std::move(mine.outcomes);
    }
    std::unique_lock lock(queue_mutex_);
    queue_.push_back(&mine);
    answered_.wait(lock, [&] { return mine.done || !leading_; });
    if (mine.done) return std::move(mine.outcomes);
    leading_ = true;
    const std::vector<Waiting*> group = std::exchange(queue_, {});
    lock.unlock();
    answer(group);
    lock.lock();
    for (Waiting* waiting : group) waiting->done = true;
    leading_ = false;
    answered_.notify_all();
    return std::move(mine.outcomes);
}

/// Inside, only the thread that holds the journal goes on. A domain that throws ends the program here: half an answer
/// would be worse.
void Engine::answer(const std::vector<Waiting*>& group) noexcept { // NOLINT(bugprone-exception-escape)
    const auto hold = journal_.hold();
    const auto ahead = hold ? following_.begin() : std::unexpected(hold.error());
    if (!ahead) {
        for (Waiting* waiting : group) waiting->outcomes.assign(waiting->commands.size(), failed(ahead.error()));
        return;
    }
    Planning planning(domain_, journal_, clock_, **ahead);
    for (const Waiting* waiting : group) {
        for (const AnyCommand& command : waiting->commands) planning.add(command);
    }
    std::vector<AnyOutcome> outcomes = planning.outcomes(store(planning));
    auto next = std::move_iterator(outcomes.begin());
    for (Waiting* waiting : group) {
        const auto end = next + static_cast<std::ptrdiff_t>(waiting->commands.size());
        waiting->outcomes.assign(next, end);
        next = end;
    }
}

/// Append the batches. Whether a failed append has stored them is unknown, so they are appended once more: the journal
/// stores none of them twice, and its answer is then as safe as any. When that fails, too, the readers keep their
/// model, and the other one is created again when it is needed.
std::vector<AnyOutcome> Engine::store(Planning& planning) {
    const auto& batches = planning.batches();
    std::expected<std::vector<journal::Receipt>, journal::AppendError> receipts;
    if (!batches.empty()) {
        const Sequence head = following_.planned(batches.back().command, planning.take_decisions());
        receipts = journal_.append(batches, head);
        if (!receipts && may_be_stored(receipts.error())) receipts = journal_.append(batches, head);
    }
    following_.end(receipts.has_value());
    if (!receipts) return std::vector(batches.size(), failed(failure_of(receipts.error())));
    return {std::move_iterator(receipts->begin()), std::move_iterator(receipts->end())};
}

} // namespace evenfold::kernel
