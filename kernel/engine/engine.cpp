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
    QueuedCall mine{.commands = std::move(commands), .outcomes = {}, .done = false};
    if (journal_.is_held_here()) { // a queued call would deadlock: the leading thread waits for this hold
        process({&mine});
        return std::move(mine.outcomes);
    }
    std::unique_lock lock(queue_mutex_);
    queue_.push_back(&mine);
    finished_.wait(lock, [&] { return mine.done || !leading_; });
    if (mine.done) return std::move(mine.outcomes);
    leading_ = true;
    const std::vector<QueuedCall*> group = std::exchange(queue_, {});
    lock.unlock();
    process(group);
    lock.lock();
    for (QueuedCall* call : group) call->done = true;
    leading_ = false;
    finished_.notify_all();
    return std::move(mine.outcomes);
}

/// Decides and appends the commands of `group`. Runs on one thread at a time, since it holds the journal. If a domain
/// throws, the program ends here, because a partly decided group can neither be stored nor be dropped.
void Engine::process(const std::vector<QueuedCall*>& group) noexcept { // NOLINT(bugprone-exception-escape)
    const auto hold = journal_.hold();
    const auto head = hold ? projection_.begin_batch() : std::unexpected(hold.error());
    if (!head) {
        for (QueuedCall* call : group) call->outcomes.assign(call->commands.size(), failed(head.error()));
        return;
    }
    GroupCommit commit(domain_, journal_, clock_, projection_, *head);
    for (const QueuedCall* call : group) {
        for (const AnyCommand& command : call->commands) commit.add(command);
    }
    std::vector<AnyOutcome> outcomes = commit.commit();
    auto next = std::move_iterator(outcomes.begin());
    for (QueuedCall* call : group) {
        const auto end = next + static_cast<std::ptrdiff_t>(call->commands.size());
        call->outcomes.assign(next, end);
        next = end;
    }
}

} // namespace evenfold::kernel
