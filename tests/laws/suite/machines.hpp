/// The state machines of section 6.6, followed from the events alone, without a model.
/// Shape: events go in, in order; the first event that no machine allows is reported.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "evenfold/core/events/orchestration.hpp"

namespace evenfold::orchestration::tests {

class Machines {
public:
    /// Returns why `event` is not allowed now, or nothing if it is.
    [[nodiscard]] std::optional<std::string> follow(const Event& event);

    /// Returns the state that must not remain when a batch has ended, or nothing.
    [[nodiscard]] std::optional<std::string> rest();

    /// Returns the number of terminal events per turn since it was last continued (L23).
    [[nodiscard]] const std::map<TurnId, int>& ends() const { return ends_; }

private:
    enum class Stage : std::uint8_t { queued, starting, at_work, interrupting, ended };
    enum class Asked : std::uint8_t { pending, answered, closed };
    using Complaint = std::optional<std::string>;

    template <class Other>
    Complaint on(const Other&) {
        return {};
    }
    Complaint on(const TurnQueued& event);
    Complaint on(const TurnStarted& event);
    Complaint on(const TurnDispatched& event);
    Complaint on(const TurnInterruptRequested& event);
    Complaint on(const TurnCompleted& event);
    Complaint on(const TurnFailed& event) { return end(event.turn); }
    Complaint on(const TurnInterrupted& event) { return end(event.turn); }
    Complaint on(const TurnContinued& event);
    Complaint on(const TurnCancelled& event);
    Complaint on(const AssistantMessageStarted& event) { return speak(event.turn); }
    Complaint on(const AssistantMessageDiscarded& event) { return speak(event.turn); }
    Complaint on(const TextAppended& event) { return speak(event.turn); }
    Complaint on(const ThinkingAppended& event) { return speak(event.turn); }
    Complaint on(const ToolCallStarted& event) { return speak(event.turn); }
    Complaint on(const ToolCallFinished& event) { return speak(event.turn); }
    Complaint on(const NoticeAdded& event) { return speak(event.turn); }
    Complaint on(const UsageRecorded& event) { return speak(event.turn); }
    Complaint on(const SeqAdvanced& event) { return speak(event.turn); }
    Complaint on(const ApprovalRequested& event);
    Complaint on(const ApprovalAnswered& event);
    Complaint on(const ApprovalDelivered& event);
    Complaint on(const ApprovalExpired& event) { return close(event.request); }
    Complaint on(const ThreadArchived& event);
    Complaint on(const ThreadUnarchived& event);
    Complaint on(const SessionBound& event);
    Complaint on(const SessionLost& event);
    Complaint on(const CheckpointCreated& event);
    Complaint on(const CheckpointGitRefAssigned& event) { return resolve(event.checkpoint.uuid); }
    Complaint on(const CheckpointFailed& event) { return resolve(event.checkpoint.uuid); }
    Complaint on(const CommitRequested& event);
    Complaint on(const CommitRefAssigned& event) { return resolve(event.commit.uuid); }
    Complaint on(const CommitFailed& event) { return resolve(event.commit.uuid); }
    Complaint on(const WorktreeRequested& event);
    Complaint on(const WorktreeAssigned& event) { return resolve(event.thread.uuid); }
    Complaint on(const WorktreeFailed& event) { return resolve(event.thread.uuid); }
    Complaint on(const RevertRequested& event);
    Complaint on(const RevertAdvanced& event);
    Complaint on(const ThreadReverted& event);
    Complaint on(const RevertFailed& event);

    Complaint end(const TurnId& turn);
    Complaint speak(const TurnId& turn);
    Complaint close(const RequestId& request);
    Complaint resolve(const Uuid& slot);
    Complaint bear(const Uuid& slot);
    [[nodiscard]] bool is(const TurnId& turn, Stage stage) const;

    std::map<TurnId, Stage> turns_;
    std::map<TurnId, ThreadId> threads_; // by turn
    std::map<ThreadId, TurnId> busy_;
    std::map<ThreadId, std::set<TurnId>> queues_;
    std::set<ThreadId> completed_; // in this batch
    std::set<ThreadId> archived_;
    std::map<ThreadId, TurnId> may_continue_; // the last turn, if it has ended
    std::map<TurnId, int> ends_;
    std::set<TurnId> named_; // turns whose provider reference is known
    std::map<RequestId, Asked> requests_;
    std::map<ThreadId, std::uint64_t> epochs_; // the last one of each thread
    std::set<ThreadId> bound_;
    std::set<Uuid> born_; // slots
    std::set<Uuid> pending_;
    std::map<RevertId, RevertStage> reverts_;
};

} // namespace evenfold::orchestration::tests
