#include "evenfold/tests/laws/histories.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/tests/support/asks.hpp"
#include "evenfold/tests/support/confirmations.hpp"
#include "evenfold/tests/support/random_commands.hpp"

namespace evenfold::orchestration::tests {
namespace {

using testing::ChoiceSource;

constexpr std::size_t commands_max = 200;

/// Chooses the next command and its sender.
class Day {
public:
    Day(ChoiceSource& source, const Model& model, const CommandFrequencies& frequencies)
        : source_(source), model_(model), index_(model->index), mix_(frequencies) {}

    Command next() {
        if (source_.chance(mix_.nonsense)) return anything();
        const std::vector<Effect> due = outstanding(model_);
        if (!due.empty() && source_.chance(60)) return reactor(source_.one_of(due));
        std::vector<const Turn*> speaking;
        for (const TurnId& id : index_.active_turns.sorted()) {
            const Turn* turn = index_.find(id);
            const Thread* thread = turn ? index_.find(turn->thread) : nullptr;
            if (thread && thread->session) speaking.push_back(turn);
        }
        if (!speaking.empty() && source_.chance(95)) return provider(*source_.one_of(speaking));
        return person();
    }

private:
    Command anything() { return random_command(static_cast<std::uint32_t>(source_.below(UINT32_MAX)), model_); }

    Command reactor(const Effect& effect) {
        if (source_.chance(2) && !index_.checkpoints.empty()) return second_result();
        const bool well = !source_.chance(10);
        const auto* stop = std::get_if<InterruptProvider>(&effect.body);
        const Turn* turn = stop && well ? index_.find(stop->turn) : nullptr;
        if (turn) return told(*turn, stops());
        return confirmations(effect, well).front();
    }

    /// Returns another result for a checkpoint, which most often has one.
    Command second_result() {
        AssignCheckpointRef result = assign_ref(source_.one_of(index_.checkpoints.sorted())->id);
        result.git_ref += "-2";
        return result;
    }

    /// Returns true with the probability per event that makes it happen in `percent` of all turns, of `events_a_turn`
    /// events each.
    bool in_turns(double percent) {
        const double of_million = percent / 100 / mix_.events_a_turn * 1'000'000;
        return source_.below(1'000'000) >= 1'000'000 - static_cast<std::size_t>(of_million);
    }

    Command provider(const Turn& turn) {
        if (turn.pending_requests > 0 && source_.chance(60)) return answer(turn);
        if (in_turns(mix_.turns_lost)) return lose_session(index_.find(turn.thread)->session->epoch, turn.thread);
        if (in_turns(mix_.turns_interrupted)) return InterruptTurn{turn.id};
        if (in_turns(100)) return told(turn, source_.chance(5) ? ProviderEvent(errs()) : completes(tokens(90)));
        if (!turn.running_calls.empty() && source_.chance(30))
            return told(turn, returns(turn.running_calls.front(), phrase(), source_.chance(10)));
        if (in_turns(100 * mix_.calls_a_turn)) return told(turn, calls(call_id(turn.tool_calls.size() + 1)));
        if (in_turns(mix_.calls_that_ask * mix_.calls_a_turn))
            return told(turn, asks(fmt::format("r{}", turn.requests.size() + 1), call_id(turn.tool_calls.size()),
                                   source_.chance(20) ? a_question() : a_tool()));
        if (source_.chance(2)) return told(turn, provider::UsageReport{tokens(source_.below(900))});
        const std::optional<std::string> parent =
            source_.chance(5) ? std::optional(call_id(turn.tool_calls.size())) : std::nullopt;
        return told(turn, source_.chance(25) ? ProviderEvent(thinks(phrase(), {}, parent)) : says(phrase(), parent));
    }

    Command told(const Turn& turn, ProviderEvent event) {
        const Thread* thread = index_.find(turn.thread);
        return ingest(turn.last_seq + 1, std::move(event), turn.id, thread ? thread->last_epoch : 1);
    }

    Command answer(const Turn& turn) {
        for (const RequestId& id : turn.open_requests.in_order()) {
            const Request* request = index_.find(id);
            if (!request || request->state != RequestState::pending) continue;
            if (source_.chance(5)) return ConfirmAnswerDelivered{id}; // too early
            const bool question = std::holds_alternative<Question>(request->kind);
            const std::vector<ApprovalDecision> decisions{Allow{}, AllowForSession{}, Deny{.feedback = "rather not"}};
            return RespondApproval{.request = id, .decision = question ? Answer{{"this"}} : source_.one_of(decisions)};
        }
        return anything();
    }

    Command person() {
        if (index_.projects.size() < 2 && source_.chance(50))
            return create_project(unused<ProjectId>(index_), fmt::format("/home/ada/{}", source_.below(4)));
        const auto projects = index_.projects.sorted();
        const auto threads = index_.threads.sorted();
        if (projects.empty()) return create_project(unused<ProjectId>(index_), "/home/ada/engine");
        if (threads.empty() || (threads.size() < 4 && source_.chance(10)))
            return create_thread(unused<ThreadId>(index_), source_.one_of(projects)->id,
                                 source_.chance(30) ? WorkspaceChoice(NewWorktree{.base_ref = "main", .name = "w"})
                                                    : WorkspaceChoice(Root{}));
        return in(*source_.one_of(threads));
    }

    Command in(const Thread& thread) {
        if (thread.hold && source_.chance(50)) return ResumeQueue{thread.id};
        if (thread.archived && source_.chance(60)) return UnarchiveThread{thread.id};
        const auto checkpoints = thread.checkpoints.in_order();
        switch (source_.below(24)) {
        case 0: return CreateCheckpoint{.checkpoint = unused<CheckpointId>(index_), .thread = thread.id, .label = {}};
        case 1:
        case 2:
            if (checkpoints.empty()) break;
            return RevertToCheckpoint{
                .revert = unused<RevertId>(index_), .thread = thread.id, .checkpoint = source_.one_of(checkpoints)};
        case 3:
        case 4:
            return RequestCommit{.commit = unused<CommitId>(index_),
                                 .thread = thread.id,
                                 .message = "Notes",
                                 .checkpoint = checkpoints.empty() ? std::nullopt : std::optional(checkpoints.back())};
        case 5: return ArchiveThread{thread.id};
        case 6: return DeleteThread{.thread = thread.id, .force = source_.chance(50)};
        case 7:
            if (!source_.chance(25)) break;
            return DeleteProject{.project = thread.project, .force = true};
        case 8:
            return UpdateThread{.thread = thread.id,
                                .title = fmt::format("T{}", source_.below(3)),
                                .model = {},
                                .policy = static_cast<Policy>(source_.below(3)),
                                .mode = {},
                                .expected_version = source_.chance(50)
                                                        ? std::optional(thread.version - source_.below(2))
                                                        : std::nullopt};
        case 9:
            if (thread.queue.empty()) break;
            return CancelQueuedTurn{thread.queue.back()};
        case 10:
            if (!thread.active) break;
            return force_stop(*thread.active);
        case 11: return Reconcile{{}};
        case 12:
        case 13:
        case 14:
        case 15:
            if (!last_has_ended(thread)) break;
            return ContinueTurn{thread.turns.in_order().back()};
        default: break;
        }
        StartTurn ask = start_turn(unused<TurnId>(index_), thread.id, thread.active ? OnBusy::enqueue : OnBusy::reject);
        ask.message = unused<MessageId>(index_);
        return ask;
    }

    /// Returns whether the last turn has ended, after the provider had it.
    [[nodiscard]] bool last_has_ended(const Thread& thread) const {
        const Turn* last = thread.turns.empty() ? nullptr : index_.find(thread.turns.in_order().back());
        return last && last->dispatched && is_terminal(last->state);
    }

    static std::string call_id(std::size_t number) {
        std::string id("c");
        return id += std::to_string(number);
    }

    /// Returns a text of `delta_bytes` to twice as many bytes; sometimes one is cut inside a character.
    std::string phrase() {
        static const std::string letters = "the quick brown fox jumps over the lazy d\xc3\xb6g and \xe2\x82\xac ";
        std::string text;
        const std::size_t from = source_.below(letters.size());
        const std::size_t bytes = 1 + source_.below(2 * std::size_t{mix_.delta_bytes});
        while (text.size() < bytes) text += letters[(from + text.size()) % letters.size()];
        return text;
    }

    ChoiceSource& source_;
    const Model& model_;
    const Index& index_;
    const CommandFrequencies& mix_;
};

testing::HistoryOptions<Core> drawn(const CommandFrequencies& frequencies) {
    testing::HistoryOptions<Core> how;
    how.commands_max = commands_max;
    how.command = [frequencies](ChoiceSource& source, const Model& model) {
        return likely_command(source, model, frequencies);
    };
    return how;
}

} // namespace

Command likely_command(ChoiceSource& source, const Model& model, const CommandFrequencies& frequencies) {
    return Day(source, model, frequencies).next();
}

testing::HistoryOptions<Core> as_measured() {
    return drawn({});
}

testing::HistoryOptions<Core> with_short_turns() {
    CommandFrequencies frequencies;
    frequencies.events_a_turn = 8;
    frequencies.calls_a_turn = 2;
    frequencies.calls_that_ask = 40;
    frequencies.turns_interrupted = 15;
    frequencies.turns_lost = 10;
    return drawn(frequencies);
}

testing::HistoryOptions<Core> of_all_kinds() {
    testing::HistoryOptions<Core> how;
    how.commands_max = commands_max;
    how.command = [](ChoiceSource& source, const Model& model) {
        for (int tries = 8;; --tries) { // most of them are rejected
            const Command command = random_command(static_cast<std::uint32_t>(source.below(UINT32_MAX)), model);
            const Decision answer = tries > 0 ? Orchestration::decide(command, model) : DecidedEvents{};
            if (tries == 0 || (answer && !answer->empty())) return command;
        }
    };
    return how;
}

} // namespace evenfold::orchestration::tests
