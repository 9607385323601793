#include "evenfold/cli/recording/recorder.hpp"

#include <algorithm>

#include "evenfold/kernel/fresh_id.hpp"

namespace evenfold::cli {
namespace {

using namespace orchestration;

constexpr std::string_view unknown_prompt = "(the prompt is not in the stream)";
constexpr std::string_view no_checkpoint = "a recorded stream has no work tree to capture";

/// Told of a turn, though it does not begin one.
bool is_remark(const ProviderEvent& event) {
    if (const auto* error = std::get_if<provider::ProviderError>(&event)) return !error->fatal;
    return std::holds_alternative<provider::Notice>(event) || std::holds_alternative<provider::UsageReport>(event) ||
           std::holds_alternative<provider::ApprovalResolved>(event);
}

bool ends_turn(const ProviderEvent& event) {
    const auto* error = std::get_if<provider::ProviderError>(&event);
    return std::holds_alternative<provider::TurnComplete>(event) || (error && error->fatal);
}

/// What a fold says of a turn that never came to its end, in words of its own rather than the provider's.
bool is_breakage(std::string_view code) {
    return code == "stream_truncated" || code == "message_abandoned" || code == "session_restarted";
}

/// The prompt as StartTurn takes it: not empty, and within its limit.
std::string input_of(std::string_view prompt) {
    return std::string(prompt.empty() ? unknown_prompt : head_of(prompt, input_chars_max));
}

/// The text of a delta that others may be joined to; a signature closes its thought.
std::string* growing(ProviderEvent& event) {
    if (auto* delta = std::get_if<provider::TextDelta>(&event)) return &delta->text;
    auto* thought = std::get_if<provider::ThinkingDelta>(&event);
    return thought && !thought->signature ? &thought->text : nullptr;
}

const std::optional<std::string>* parent_of(const ProviderEvent& event) {
    if (const auto* delta = std::get_if<provider::TextDelta>(&event)) return &delta->parent;
    const auto* thought = std::get_if<provider::ThinkingDelta>(&event);
    return thought ? &thought->parent : nullptr;
}

/// Both are deltas of one kind from one speaker.
bool belong_together(const ProviderEvent& a, const ProviderEvent& b) {
    return a.index() == b.index() && *parent_of(a) == *parent_of(b);
}

/// The refusal of something that came too late to matter.
bool is_stale(const Refusal& refusal) {
    const auto* rejected = std::get_if<kernel::Rejected<Domain>>(&refusal);
    return rejected && class_of(rejected->error, Actor::provider) == ErrorClass::stale;
}

} // namespace

Recorder::Recorder(Kernel& kernel, ThreadId thread) : kernel_(kernel), thread_(thread) {
    kernel_.read([&](const Model& model, Sequence) {
        const Thread* found = model.index->find(thread_);
        if (!found) return;
        epoch_ = found->last_epoch;
        first_turn_ = found->turns_started == 0;
        if (found->session)
            ask(Actor::system, LoseSession{.thread = thread_, .epoch = epoch_, .reason = "another stream began"});
        for (const CheckpointId& checkpoint : found->pending_checkpoints.in_order()) give_up_checkpoint(checkpoint);
    });
}

void Recorder::take(const providers::Item& item) {
    std::visit([&](const auto& told) { on(told); }, item);
}

void Recorder::on(const providers::SessionStarted& session) {
    session_ref_ = std::string(head_of(session.session_ref, label_bytes_max));
}

void Recorder::on(const providers::Prompt& prompt) {
    if (turn_)
        on(ProviderEvent(provider::Notice{.level = NoticeLevel::info, .text = "the user said: " + prompt.text}));
    else
        prompt_ = prompt.text;
}

void Recorder::on(const ProviderEvent& event) {
    if (!turn_ && is_remark(event)) {
        if (remarks_.size() < remarks_max)
            remarks_.push_back(event);
        else
            ++recorded_.stray_remarks;
        return;
    }
    if (!turn_) begin_turn();
    if (join(event)) return;
    flush();
    tell(event);
    if (ends_turn(event)) end_turn(event);
}

void Recorder::begin_turn() {
    bind_session();
    turn_ = kernel::fresh<TurnId>();
    seq_ = 0;
    ++recorded_.turns;
    ask(Actor::user, StartTurn{.turn = *turn_,
                               .thread = thread_,
                               .message = kernel::fresh<MessageId>(),
                               .input = input_of(prompt_),
                               .on_busy = OnBusy::reject});
    prompt_.clear();
    if (std::exchange(first_turn_, false)) give_up_checkpoint(derive<CheckpointTag>(thread_, "baseline"));
    ask(Actor::provider, ConfirmTurnDispatched{.turn = *turn_, .provider_turn_ref = {}});
    for (const ProviderEvent& remark : std::exchange(remarks_, {})) tell(remark);
}

void Recorder::bind_session() {
    if (bound_ && session_ref_ == bound_ref_) return;
    if (bound_)
        ask(Actor::system,
            LoseSession{.thread = thread_, .epoch = epoch_, .reason = "the stream went on with another session"});
    bound_ = true;
    bound_ref_ = session_ref_;
    const std::string ref = session_ref_.empty() ? "stream" : session_ref_;
    ask(Actor::provider, BindSession{.thread = thread_, .epoch = ++epoch_, .session_ref = ref});
}

void Recorder::end_turn(const ProviderEvent& event) {
    give_up_checkpoint(derive<CheckpointTag>(*turn_, "end"));
    turn_.reset();
    const auto* done = std::get_if<provider::TurnComplete>(&event);
    if (!done)
        ++recorded_.failed;
    else if (done->outcome == provider::TurnOutcome::completed)
        ++recorded_.completed;
    else
        ++recorded_.interrupted;
    const auto* error = std::get_if<provider::ProviderError>(&event);
    if (error && is_breakage(error->code)) recorded_.broken_off = true;
}

/// Whether `event` is a delta, and now waits for more of its kind.
bool Recorder::join(const ProviderEvent& event) {
    ProviderEvent delta = event;
    const std::string* text = growing(delta);
    if (!text) return false;
    std::string* before = joined_ ? growing(*joined_) : nullptr;
    if (before && belong_together(*joined_, delta) && before->size() + text->size() <= delta_bytes_joined) {
        *before += *text;
        return true;
    }
    flush();
    joined_ = std::move(delta);
    return true;
}

void Recorder::flush() {
    if (!joined_) return;
    ProviderEvent delta = *std::exchange(joined_, std::nullopt);
    const std::string whole = *growing(delta);
    std::string_view rest = whole;
    do {
        const std::string_view part = head_of(rest, content_bytes_max);
        rest.remove_prefix(part.size());
        *growing(delta) = part;
        tell(delta);
    } while (!rest.empty());
}

void Recorder::tell(const ProviderEvent& event) {
    ask(Actor::provider, IngestProviderEvent{.turn = *turn_, .epoch = epoch_, .seq = ++seq_, .event = event});
}

void Recorder::give_up_checkpoint(const CheckpointId& checkpoint) {
    ask(Actor::reactor, FailCheckpoint{.checkpoint = checkpoint, .reason = std::string(no_checkpoint)});
}

void Recorder::ask(Actor actor, orchestration::Command body) {
    commands_.push_back({.command = kernel::fresh<CommandId>(),
                         .actor = actor,
                         .at = kernel::now(),
                         .cause = {},
                         .correlation = {},
                         .body = std::move(body)});
}

void Recorder::count(const journal::Receipt& receipt) {
    if (receipt.count == 0) return;
    if (recorded_.first == 0) recorded_.first = receipt.first;
    recorded_.last = receipt.first + receipt.count - 1;
}

std::expected<void, Refusal> Recorder::save() {
    flush();
    if (commands_.empty()) return {};
    for (auto& outcome : kernel_.submit_all(std::exchange(commands_, {}))) {
        if (outcome)
            count(*outcome);
        else if (is_stale(outcome.error()))
            ++recorded_.dropped;
        else
            return std::unexpected(std::move(outcome.error()));
    }
    return {};
}

std::expected<void, Refusal> Recorder::finish() {
    recorded_.stray_remarks += std::exchange(remarks_, {}).size();
    flush();
    if (bound_) ask(Actor::system, LoseSession{.thread = thread_, .epoch = epoch_, .reason = "the stream ended"});
    return save();
}

} // namespace evenfold::cli
