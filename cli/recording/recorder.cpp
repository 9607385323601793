#include "evenfold/cli/recording/recorder.hpp"

#include <fmt/format.h>

#include <utility>

#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/recording/stream_events.hpp"
#include "evenfold/core/text/utf8.hpp"
#include "evenfold/core/values/orchestration/checkpoint_ids.hpp"
#include "evenfold/kernel/fresh_id.hpp"

namespace evenfold::cli {
namespace {

using namespace orchestration;

ProviderEvent notice(NoticeLevel level, std::string_view text) {
    return provider::Notice{.level = level, .text = text};
}

void count_events(RecordingSummary& recorded, const journal::Receipt& receipt) {
    if (receipt.count == 0) return;
    if (recorded.first == 0) recorded.first = receipt.first;
    recorded.last = receipt.first + receipt.count - 1;
}

void count_turn(RecordingSummary& recorded, const Turn* ended) {
    if (!ended)
        ++recorded.dropped;
    else if (ended->state == TurnState::completed)
        ++recorded.completed;
    else if (ended->state == TurnState::failed)
        ++recorded.failed;
    else
        ++recorded.interrupted;
}

} // namespace

Recorder::Recorder(journal::Journal& journal, Kernel& kernel, ThreadId thread, std::string no_checkpoints)
    : journal_(journal), kernel_(kernel), thread_(thread), no_checkpoints_(std::move(no_checkpoints)) {}

void Recorder::continue_turn(const TurnId& turn) {
    turn_ = turn;
    seq_ = 0;
    ++recorded_.turns;
}

std::expected<void, Refusal> Recorder::record(std::span<const providers::Item> items) {
    return record(items, false);
}

std::expected<void, Refusal> Recorder::finish(std::span<const providers::Item> items) {
    return record(items, true);
}

std::expected<void, Refusal> Recorder::record(std::span<const providers::Item> items, bool at_end) {
    const auto hold = journal_.hold();
    if (!hold) return std::unexpected(hold.error());
    if (auto changes = read_changes(); !changes) return changes;
    for (const providers::Item& item : items) std::visit([&](const auto& one) { on(one); }, item);
    flush();
    if (!at_end) return submit_commands();
    if (auto saved = submit_commands(); !saved) return saved; // the end depends on all turns of the stream
    end_stream();
    return submit_commands();
}

/// Reads the changes that other processes made to the thread since the last call.
std::expected<void, Refusal> Recorder::read_changes() {
    if (const auto now = kernel_.catch_up(); !now) return std::unexpected(now.error());
    return kernel_.read([&](const Model& model, Sequence) -> std::expected<void, Refusal> {
        const Thread* thread = model->index.find(thread_);
        if (!thread) {
            const Error gone = rejection::ThreadNotFound{.thread = thread_, .retired = true};
            return std::unexpected(Refusal(kernel::Rejected<Domain>{gone}));
        }
        apply_changes(model, *thread);
        return {};
    });
}

void Recorder::apply_changes(const Model& model, const Thread& thread) {
    const Turn* turn = turn_ ? model->index.find(*turn_) : nullptr;
    if (turn_ && (!turn || thread.active != turn_)) {
        is_ended_elsewhere_ = true;
        count_turn(recorded_, turn);
        const auto end = end_checkpoint_of(*turn_);
        if (thread.pending_checkpoints.contains(end)) fail_checkpoint(end);
        turn_.reset();
    }
    if (!thread.session || thread.session->epoch != epoch_) is_bound_ = false;
    epoch_ = thread.last_epoch;
    is_first_turn_ = thread.turns_started == 0;
    if (!std::exchange(is_first_read_, false)) return;
    known_ = RecordedTurns(model, thread);
    if (!turn_) {
        left_turn_ = thread.active;
        left_session_ = thread.session;
    }
    for (const CheckpointId& checkpoint : thread.pending_checkpoints.in_order()) fail_checkpoint(checkpoint);
}

void Recorder::on(const providers::SessionStarted& session) {
    session_ref_ = std::string(utf8_prefix(session.session_ref, label_bytes_max));
    if (!session.working_folder.empty()) folder_ = std::string(utf8_prefix(session.working_folder, label_bytes_max));
    has_description_ = true;
    is_described_again_ = true;
}

void Recorder::on(const providers::Prompt& prompt) {
    if (!turn_ && !repeated_ && repeats_cut_prompt(prompt.text)) return load_recorded_turn(*known_.cut_turn());
    const bool may_repeat = repeated_ || known_.knows(session_ref_) || known_.has_unanswered(prompt.text) ||
                            (left_session_ && left_session_->session_ref == session_ref_);
    if (!turn_ && !is_ended_elsewhere_ && !may_repeat) {
        prompts_.clear(); // they are already in the turn in which they were said
        return begin_turn(prompt.text);
    }
    prompts_.push_back(prompt.text);
    if (turn_ || repeated_ || is_ended_elsewhere_) on(notice(NoticeLevel::info, "the user said: " + prompt.text));
}

void Recorder::on(const ProviderEvent& event) {
    if (is_ended_elsewhere_) {
        if (ends_turn(event))
            is_ended_elsewhere_ = false;
        else
            ++recorded_.dropped;
        return;
    }
    const bool may_be_recorded = repeated_ || (!turn_ && begins_turn(event));
    if (!may_be_recorded || (known_.empty() && !left_turn_)) return record_new(event);
    ProviderEvent rest = event;
    complete_message(rest);
    if (subtract_recorded(rest))
        ++recorded_.repeated_events;
    else
        record_new(rest);
}

void Recorder::record_new(const ProviderEvent& event) {
    if (!turn_ && !begins_turn(event)) return held_.add(event);
    if (!turn_) {
        const std::string prompt = prompts_.empty() ? std::string() : prompts_.front();
        if (!prompts_.empty()) prompts_.pop_front();
        begin_turn(prompt);
    }
    paused_.reset();
    if (const auto* pause = pause_in(event)) paused_ = *pause;
    if (coalesce(event)) return;
    flush();
    ingest(event);
    if (ends_turn(event)) end_turn();
}

void Recorder::begin_turn(const std::string& prompt) {
    close_left_turn();
    subtract_held();
    bind_session();
    has_begun_turn_ = true;
    is_described_again_ = false;
    turn_ = kernel::fresh<TurnId>();
    seq_ = 0;
    ++recorded_.turns;
    const std::string_view input = prompt.empty() ? unknown_prompt : utf8::first_characters(prompt, input_chars_max);
    add_command(Actor::user, StartTurn{.turn = *turn_,
                                       .thread = thread_,
                                       .message = kernel::fresh<MessageId>(),
                                       .input = std::string(input),
                                       .on_busy = OnBusy::reject});
    if (std::exchange(is_first_turn_, false)) fail_checkpoint(baseline_checkpoint_of(thread_));
    add_command(Actor::provider, ConfirmTurnDispatched{.turn = *turn_, .provider_turn_ref = {}});
    if (input.size() < prompt.size()) {
        ingest(notice(NoticeLevel::warning,
                      fmt::format("the prompt, of {}, was cut after {}", count_of(prompt.size(), "byte"),
                                  count_of(input_chars_max, "character"))));
    }
    ingest_held();
}

void Recorder::bind_session() {
    if (is_bound_ && session_ref_ == bound_ref_) return;
    if (is_bound_)
        add_command(
            Actor::system,
            LoseSession{.thread = thread_, .epoch = epoch_, .reason = "the stream continued with another session"});
    is_bound_ = true;
    bound_ref_ = session_ref_;
    const std::string ref = session_ref_.empty() ? "stream" : session_ref_;
    add_command(Actor::provider,
                BindSession{.thread = thread_, .epoch = ++epoch_, .session_ref = ref, .folder = folder_});
}

void Recorder::end_turn() {
    ended_.push_back(*turn_);
    last_turn_ = turn_;
    if (!std::exchange(is_continued_, false)) fail_checkpoint(end_checkpoint_of(*turn_));
    turn_.reset();
}

/// Keeps `event`, so that later deltas can be appended to it. Returns false if it is not a delta.
bool Recorder::coalesce(const ProviderEvent& event) {
    ProviderEvent delta = event;
    if (!extensible_text(delta)) return false;
    if (coalesced_ && append(*coalesced_, delta, coalesced_bytes_max)) return true;
    flush();
    coalesced_ = std::move(delta);
    return true;
}

void Recorder::flush() {
    if (!coalesced_) return;
    ProviderEvent delta = *std::exchange(coalesced_, std::nullopt);
    const std::string whole = *extensible_text(delta);
    std::string_view rest = whole;
    do {
        const std::string_view part = utf8_prefix(rest, content_bytes_max);
        rest.remove_prefix(part.size());
        *extensible_text(delta) = part;
        ingest(delta);
    } while (!rest.empty());
}

void Recorder::ingest(ProviderEvent event) {
    complete_message(event);
    subtract_restored_cost(event);
    if (!is_bound_) bind_session();
    add_command(Actor::provider,
                IngestProviderEvent{.turn = *turn_, .epoch = epoch_, .seq = ++seq_, .event = std::move(event)});
}

void Recorder::fail_checkpoint(const CheckpointId& checkpoint) {
    if (!no_checkpoints_.empty())
        add_command(Actor::reactor, FailCheckpoint{.checkpoint = checkpoint, .reason = no_checkpoints_});
}

void Recorder::add_command(Actor actor, orchestration::Command body) {
    commands_.push_back({.command = kernel::fresh<CommandId>(),
                         .actor = actor,
                         .at = kernel::now(),
                         .cause = {},
                         .correlation = {},
                         .body = std::move(body)});
}

std::expected<void, Refusal> Recorder::submit_commands() {
    std::optional<Refusal> refusal = std::exchange(refusal_, std::nullopt);
    for (auto& outcome : kernel_.submit_all(std::exchange(commands_, {}))) {
        if (outcome)
            count_events(recorded_, *outcome);
        else if (!refusal)
            refusal = std::move(outcome.error());
    }
    if (refusal) return std::unexpected(*std::move(refusal));
    kernel_.read([&](const Model& model, Sequence) {
        for (const TurnId& turn : std::exchange(ended_, {})) count_turn(recorded_, model->index.find(turn));
    });
    return {};
}

void Recorder::end_stream() {
    if (repeated_ && !turn_) ++recorded_.repeated_turns;
    begin_unanswered_turn();
    add_held_to_cut_turn();
    // A stream of messages may end with a call whose result the client never sent over it.
    if (turn_ && paused_) {
        paused_->outcome = provider::TurnOutcome::completed;
        ingest(*std::exchange(paused_, std::nullopt));
        end_turn();
    }
    add_held_to_last_turn();
    recorded_.stray = held_.take();
    std::erase_if(recorded_.stray, [](const ProviderEvent& event) {
        return std::holds_alternative<provider::MessageStarted>(event); // the text of the message follows
    });
    recorded_.cut_off = turn_.has_value();
    if (is_bound_)
        add_command(Actor::system,
                    LoseSession{.thread = thread_, .epoch = epoch_, .reason = std::string(end_of_stream)});
    if (turn_) end_turn();
    close_left_turn();
}

} // namespace evenfold::cli
