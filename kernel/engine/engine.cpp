#include "evenfold/kernel/engine/engine.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "evenfold/kernel/engine/defect.hpp"

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

/// Sets the outcomes of `group`. Runs on one thread at a time. If it left with an exception, which only missing memory
/// could cause, the other threads of the group would wait for ever.
void Engine::process(const std::vector<QueuedCall*>& group) noexcept { // NOLINT(bugprone-exception-escape)
    std::vector<const AnyCommand*> commands;
    for (const QueuedCall* call : group) {
        for (const AnyCommand& command : call->commands) commands.push_back(&command);
    }
    std::vector<AnyOutcome> outcomes = decide_and_append(commands);
    auto next = std::move_iterator(outcomes.begin());
    for (QueuedCall* call : group) {
        const auto end = next + static_cast<std::ptrdiff_t>(call->commands.size());
        call->outcomes.assign(next, end);
        next = end;
    }
}

/// Decides and appends `commands` while it holds the journal: all with one append, unless the domain throws.
std::vector<AnyOutcome> Engine::decide_and_append(std::span<const AnyCommand* const> commands) {
    std::vector<AnyOutcome> outcomes;
    try {
        const auto hold = journal_.hold();
        while (outcomes.size() < commands.size()) {
            const auto head = hold ? projection_.begin_batch() : std::unexpected(hold.error());
            if (!head) {
                outcomes.resize(commands.size(), failed(head.error()));
                break;
            }
            GroupCommit commit(domain_, journal_, clock_, projection_, *head);
            for (std::size_t next = outcomes.size(); next < commands.size(); ++next) {
                if (!commit.add(*commands[next])) break;
            }
            std::ranges::move(commit.commit(), std::back_inserter(outcomes));
        }
    } catch (...) { // not from the domain, whose exceptions are caught per command
        outcomes.resize(commands.size(), failed(exception_failure("the commands could not be appended")));
        projection_.discard();
    }
    return outcomes;
}

} // namespace evenfold::kernel
