#include "evenfold/kernel/engine/engine.hpp"

#include <iterator>
#include <utility>

namespace evenfold::kernel {
namespace {

AnyOutcome failed(const journal::Failure& failure) {
    return std::unexpected(AnyRefusal(failure));
}

} // namespace

std::vector<AnyOutcome> Engine::submit_all(std::vector<AnyCommand> commands) {
    Waiting mine{.commands = std::move(commands), .outcomes = {}, .done = false};
    if (journal_.is_held_here()) { // a queued call would deadlock: the leading thread waits for this hold
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

/// Decides and appends the commands of `group`. Runs on one thread at a time, since it holds the journal. If a domain
/// throws, the program ends here, because a partly decided group can neither be stored nor be dropped.
void Engine::answer(const std::vector<Waiting*>& group) noexcept { // NOLINT(bugprone-exception-escape)
    const auto hold = journal_.hold();
    const auto head = hold ? projection_.begin_batch() : std::unexpected(hold.error());
    if (!head) {
        for (Waiting* waiting : group) waiting->outcomes.assign(waiting->commands.size(), failed(head.error()));
        return;
    }
    GroupCommit commit(domain_, journal_, clock_, projection_, *head);
    for (const Waiting* waiting : group) {
        for (const AnyCommand& command : waiting->commands) commit.add(command);
    }
    std::vector<AnyOutcome> outcomes = commit.commit();
    auto next = std::move_iterator(outcomes.begin());
    for (Waiting* waiting : group) {
        const auto end = next + static_cast<std::ptrdiff_t>(waiting->commands.size());
        waiting->outcomes.assign(next, end);
        next = end;
    }
}

} // namespace evenfold::kernel
