#include "evenfold/tests/laws/suite/machines.hpp"

#include <utility>
#include <variant>

namespace evenfold::orchestration::tests {

std::optional<std::string> Machines::follow(const Event& event) {
    return std::visit([this](const auto& one) { return on(one); }, event);
}

bool Machines::is(const TurnId& turn, Stage stage) const {
    const auto found = turns_.find(turn);
    return found != turns_.end() && found->second == stage;
}

Machines::Complaint Machines::on(const TurnQueued& event) {
    if (archived_.contains(event.thread)) return "a turn is queued in an archived thread";
    threads_[event.turn] = event.thread;
    queues_[event.thread].insert(event.turn);
    return turns_.emplace(event.turn, Stage::queued).second ? Complaint() : "a turn is queued twice";
}

Machines::Complaint Machines::on(const TurnStarted& event) {
    if (turns_.contains(event.turn) && !is(event.turn, Stage::queued)) return "a turn is started twice";
    if (archived_.contains(event.thread)) return "a turn is started in an archived thread";
    if (!busy_.emplace(event.thread, event.turn).second) return "a turn is started beside another";
    may_continue_.erase(event.thread);
    turns_[event.turn] = Stage::starting;
    threads_[event.turn] = event.thread;
    queues_[event.thread].erase(event.turn);
    return {};
}

Machines::Complaint Machines::on(const TurnDispatched& event) {
    const bool names_it = event.provider_turn_ref && named_.insert(event.turn).second; // may become known later
    if (is(event.turn, Stage::interrupting) || (is(event.turn, Stage::at_work) && names_it)) return {};
    if (!is(event.turn, Stage::starting)) return "a turn is dispatched that is not starting";
    turns_[event.turn] = Stage::at_work;
    return {};
}

Machines::Complaint Machines::on(const TurnInterruptRequested& event) {
    if (!is(event.turn, Stage::starting) && !is(event.turn, Stage::at_work))
        return "a turn is interrupted that is not at work";
    turns_[event.turn] = Stage::interrupting;
    return {};
}

Machines::Complaint Machines::on(const TurnCancelled& event) {
    if (!is(event.turn, Stage::queued)) return "a turn is cancelled that is not queued";
    turns_[event.turn] = Stage::ended;
    queues_[threads_[event.turn]].erase(event.turn);
    return {};
}

Machines::Complaint Machines::on(const TurnCompleted& event) {
    completed_.insert(threads_[event.turn]);
    return end(event.turn);
}

std::optional<std::string> Machines::rest() {
    for (const ThreadId& thread : std::exchange(completed_, {})) {
        if (!queues_[thread].empty() && !busy_.contains(thread)) return "a completed turn does not start the next";
    }
    return {};
}

Machines::Complaint Machines::on(const ThreadArchived& event) {
    if (busy_.contains(event.thread) || !queues_[event.thread].empty()) return "a thread is archived that is not idle";
    return archived_.insert(event.thread).second ? Complaint() : "a thread is archived twice";
}

Machines::Complaint Machines::on(const ThreadUnarchived& event) {
    return archived_.erase(event.thread) == 1 ? Complaint() : "a thread is unarchived that is not archived";
}

Machines::Complaint Machines::on(const TurnContinued& event) {
    const ThreadId thread = threads_[event.turn];
    const auto last = may_continue_.find(thread);
    if (last == may_continue_.end() || last->second != event.turn)
        return "a turn is continued that is not the last one";
    if (archived_.contains(thread)) return "a turn is continued in an archived thread";
    if (!busy_.emplace(thread, event.turn).second) return "a turn is continued beside another";
    ends_[event.turn] = 0;
    turns_[event.turn] = Stage::at_work;
    return {};
}

Machines::Complaint Machines::end(const TurnId& turn) {
    may_continue_[threads_[turn]] = turn;
    ++ends_[turn];
    if (!is(turn, Stage::starting) && !is(turn, Stage::at_work) && !is(turn, Stage::interrupting))
        return "a turn ends that was not at work";
    turns_[turn] = Stage::ended;
    busy_.erase(threads_[turn]);
    return {};
}

Machines::Complaint Machines::speak(const TurnId& turn) {
    return is(turn, Stage::at_work) || is(turn, Stage::interrupting) ? Complaint()
                                                                     : "a turn speaks that is not at work";
}

Machines::Complaint Machines::on(const ApprovalRequested& event) {
    if (!requests_.emplace(event.request, Asked::pending).second) return "a request is made twice";
    return speak(event.turn);
}

Machines::Complaint Machines::on(const ApprovalAnswered& event) {
    const auto found = requests_.find(event.request);
    if (found == requests_.end() || found->second != Asked::pending) return "a request is answered that is not pending";
    found->second = Asked::answered;
    return {};
}

Machines::Complaint Machines::on(const ApprovalDelivered& event) {
    const auto found = requests_.find(event.request);
    if (found == requests_.end() || found->second != Asked::answered)
        return "an answer is delivered that was not given";
    return close(event.request);
}

Machines::Complaint Machines::close(const RequestId& request) {
    const auto found = requests_.find(request);
    if (found == requests_.end() || found->second == Asked::closed) return "a request is closed that is not open";
    found->second = Asked::closed;
    return {};
}

Machines::Complaint Machines::on(const SessionBound& event) {
    if (!bound_.insert(event.thread).second) return "a session is bound beside another";
    if (event.epoch <= epochs_[event.thread]) return "an epoch does not increase";
    epochs_[event.thread] = event.epoch;
    return {};
}

Machines::Complaint Machines::on(const SessionLost& event) {
    if (epochs_[event.thread] != event.epoch || bound_.erase(event.thread) == 0)
        return "a session is lost that is not bound";
    return {};
}

Machines::Complaint Machines::resolve(const Uuid& slot) {
    return pending_.erase(slot) == 1 ? Complaint() : "a slot is resolved that is not pending";
}

Machines::Complaint Machines::bear(const Uuid& slot) {
    pending_.insert(slot);
    return born_.insert(slot).second ? Complaint() : "a slot is opened twice";
}

Machines::Complaint Machines::on(const CheckpointCreated& event) {
    return bear(event.checkpoint.uuid);
}

Machines::Complaint Machines::on(const CommitRequested& event) {
    return bear(event.commit.uuid);
}

Machines::Complaint Machines::on(const WorktreeRequested& event) {
    return bear(event.thread.uuid);
}

Machines::Complaint Machines::on(const RevertRequested& event) {
    reverts_[event.revert] = RevertStage::requested;
    return born_.insert(event.revert.uuid).second ? Complaint() : "a revert is requested twice";
}

Machines::Complaint Machines::on(const RevertAdvanced& event) {
    const auto found = reverts_.find(event.revert);
    if (found == reverts_.end() || static_cast<int>(event.stage) != static_cast<int>(found->second) + 1)
        return "a revert takes a stage that is not the next";
    found->second = event.stage;
    return {};
}

Machines::Complaint Machines::on(const ThreadReverted& event) {
    const auto found = reverts_.find(event.revert);
    if (found == reverts_.end() || found->second != RevertStage::files_restored)
        return "a revert is completed whose files are not restored";
    reverts_.erase(found);
    return {};
}

Machines::Complaint Machines::on(const RevertFailed& event) {
    const auto found = reverts_.find(event.revert);
    if (found == reverts_.end() || found->second != event.stage) return "a revert fails that is not at that stage";
    reverts_.erase(found);
    return {};
}

} // namespace evenfold::orchestration::tests
