#include "evenfold/kernel/engine/group_commit.hpp"

#include <fmt/format.h>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "evenfold/codec/event.hpp"
#include "evenfold/codec/fingerprint.hpp"
#include "evenfold/kernel/engine/defect.hpp"

namespace evenfold::kernel {
namespace {

AnyOutcome refused(AnyRefusal refusal) {
    return std::unexpected(std::move(refusal));
}

AnyRefusal rejected(std::unique_ptr<AnyDecision> decision) {
    return AnyRejected(std::move(decision));
}

/// Returns whether the append may have stored events. A refusal or a busy journal has stored nothing.
bool may_be_stored(const journal::AppendError& error) {
    const auto* failure = std::get_if<journal::Failure>(&error);
    return failure && failure->kind != journal::FailureKind::busy;
}

/// Returns the failure of an append. No other writer appends during the hold, so a refusal is a failure, too.
journal::Failure failure_of(const journal::AppendError& error) {
    if (const auto* failure = std::get_if<journal::Failure>(&error)) return *failure;
    return {.kind = journal::FailureKind::damaged,
            .what = "another program changed the journal while this one held its writer lock",
            .remedy = "make sure that only evenfold writes to the journal, then try again"};
}

/// Returns "command 0192... (Deposit)".
std::string description_of(const AnyKernelDomain& domain, const AnyCommand& command) {
    return fmt::format("command {} ({})", to_text(command.command),
                       codec::name_of(domain.command_shape(), command.body));
}

} // namespace

bool GroupCommit::add(const AnyCommand& command) {
    try {
        plans_.push_back(plan_command(command));
    } catch (...) {
        const std::string subject = description_of(domain_, command) + " could not be decided";
        plans_.emplace_back(KnownOutcome{refused(exception_failure(subject)), 0});
    }
    return is_model_valid_;
}

std::vector<AnyOutcome> GroupCommit::commit() {
    const std::vector<AnyOutcome> stored = append();
    std::vector<AnyOutcome> outcomes;
    outcomes.reserve(plans_.size());
    for (const PlannedOutcome& plan : plans_) {
        if (const auto* index = std::get_if<std::size_t>(&plan)) {
            outcomes.push_back(stored[*index]);
            continue;
        }
        const auto& ready = std::get<KnownOutcome>(plan);
        const bool has_failed = ready.behind > 0 && !stored[ready.behind - 1];
        outcomes.push_back(has_failed ? stored[ready.behind - 1] : ready.outcome);
    }
    return outcomes;
}

/// Appends the batches and returns their outcomes. If an append fails, it is unknown whether its batches are stored, so
/// they are appended once more. The journal stores none of them twice, and a receipt then promises durability. If that
/// fails as well, readers keep their model.
std::vector<AnyOutcome> GroupCommit::append() {
    std::expected<std::vector<journal::Receipt>, journal::AppendError> receipts;
    if (!batches_.empty()) {
        if (is_model_valid_) projection_.prepare(batches_.back().command);
        receipts = journal_.append(batches_, head_);
        if (!receipts && may_be_stored(receipts.error())) receipts = journal_.append(batches_, head_);
    }
    if (!is_model_valid_)
        projection_.discard();
    else if (receipts)
        projection_.commit();
    else
        projection_.rollback();
    if (!receipts) return std::vector(batches_.size(), refused(failure_of(receipts.error())));
    return {std::move_iterator(receipts->begin()), std::move_iterator(receipts->end())};
}

GroupCommit::PlannedOutcome GroupCommit::plan_command(const AnyCommand& command) {
    const std::size_t behind = batches_.size();
    const auto fingerprint = codec::try_fingerprint(domain_.command_shape(), command.body, projection_.sealer());
    if (!fingerprint) return KnownOutcome{refused(NotStorable{fingerprint.error()}), 0};
    const auto clash = [&] { return refused(CommandIdConflict{command.command}); };
    if (const auto same = batch_of_.find(command.command); same != batch_of_.end()) {
        if (batches_[same->second].fingerprint == *fingerprint) return same->second;
        return KnownOutcome{clash(), behind};
    }
    auto earlier = journal_.receipt(command.command);
    if (!earlier) return KnownOutcome{refused(std::move(earlier.error())), 0};
    if (*earlier) {
        if ((*earlier)->fingerprint != *fingerprint) return KnownOutcome{clash(), 0};
        return KnownOutcome{**earlier, 0};
    }
    auto correlation = correlation_of(command);
    if (!correlation) return KnownOutcome{refused(std::move(correlation.error())), 0};
    if (auto no = domain_.forbid(command.actor, command.body)) return KnownOutcome{refused(rejected(std::move(no))), 0};
    if (auto unmet = check_expectation(command)) return KnownOutcome{refused(std::move(*unmet)), behind};
    auto decision = domain_.decide(command.body, projection_.model());
    if (decision->error()) return KnownOutcome{refused(rejected(std::move(decision))), behind};
    auto stored = batch(command, *fingerprint, *correlation, *decision);
    if (!stored) return KnownOutcome{refused(std::move(stored.error())), 0};
    projection_.keep(std::move(decision));
    batch_of_.emplace(command.command, behind);
    batches_.push_back(std::move(*stored)); // last, so that an exception leaves no batch to append
    is_model_valid_ = true;
    return behind;
}

/// Returns the correlation that the command names, else that of its cause, else the command's own id.
std::expected<CommandId, AnyRefusal> GroupCommit::correlation_of(const AnyCommand& command) const {
    if (!command.cause) return command.correlation.value_or(command.command);
    if (*command.cause == 0 || *command.cause > head_)
        return std::unexpected(AnyRefusal(CauseNotFound{*command.cause, head_}));
    if (command.correlation) return *command.correlation;
    const auto cause = journal::read_all(journal_, {.from = command.cause, .at_most = 1});
    if (!cause) return std::unexpected(AnyRefusal(cause.error()));
    return cause->empty() ? command.command : cause->front().correlation;
}

/// Returns the refusal of a command whose expectation does not hold after the commands before it. No other writer can
/// append before this command's events, since this thread holds the journal.
std::optional<AnyRefusal> GroupCommit::check_expectation(const AnyCommand& command) {
    if (!command.expectation) return std::nullopt;
    if (const auto* expected = std::get_if<ExpectedHead>(&*command.expectation)) {
        const Sequence have = projection_.head_of_batch();
        return have == expected->head ? std::nullopt : std::optional(AnyRefusal(ExpectationFailed{have}));
    }
    const auto& expected = std::get<ExpectedVersion>(*command.expectation);
    const auto have = version_of(expected.stream);
    if (!have) return have.error();
    return *have == expected.version ? std::nullopt : std::optional(AnyRefusal(ExpectationFailed{*have}));
}

/// Returns the version of the stream after the batches of this group.
std::expected<StreamVersion, journal::Failure> GroupCommit::version_of(const std::string& stream) {
    const auto last =
        journal::read_all(journal_, {.at_most = 1, .direction = journal::Direction::backward, .stream = stream});
    if (!last) return std::unexpected(last.error());
    for (; counted_batches_ < batches_.size(); ++counted_batches_) {
        for (const journal::NewEvent& event : batches_[counted_batches_].events) ++new_events_[event.stream];
    }
    const auto added = new_events_.find(stream);
    return (last->empty() ? 0 : last->front().version) + (added == new_events_.end() ? 0 : added->second);
}

/// Returns the events of the decision in their stored form, without their streams.
std::expected<std::vector<journal::NewEvent>, journal::Failure>
GroupCommit::stored_events(const AnyCommand& command, const AnyDecision& decision) const {
    std::vector<journal::NewEvent> events;
    events.reserve(decision.count());
    for (std::size_t index = 0; index < decision.count(); ++index) {
        auto form = codec::try_to_stored(domain_.event_shape(), decision.event(index), projection_.sealer());
        if (form) {
            events.push_back({.stream = {},
                              .type = std::move(form->type),
                              .type_version = form->version,
                              .data = std::move(form->data)});
            continue;
        }
        if (form.error().failure) return std::unexpected(std::move(*form.error().failure));
        return std::unexpected(
            journal::Failure{.kind = journal::FailureKind::defect,
                             .what = fmt::format("{} was decided to an event that cannot be stored: {}",
                                                 description_of(domain_, command), codec::to_text(form.error())),
                             .remedy = "correct the function `decide` of the domain"});
    }
    return events;
}

/// Returns the batch to store for the decision, and folds its events into the model.
std::expected<journal::Batch, journal::Failure> GroupCommit::batch(const AnyCommand& command, std::string fingerprint,
                                                                   const CommandId& correlation,
                                                                   const AnyDecision& decision) {
    auto events = stored_events(command, decision); // first, because folding cannot be undone
    if (!events) return std::unexpected(std::move(events.error()));
    journal::Batch batch{.command = command.command,
                         .fingerprint = std::move(fingerprint),
                         .actor = command.actor,
                         .cause = command.cause,
                         .correlation = correlation,
                         .at = command.at,
                         .stored_at = clock_(),
                         .expectations = {},
                         .events = *std::move(events)};
    for (std::size_t index = 0; index < decision.count(); ++index) {
        const void* event = decision.event(index);
        batch.events[index].stream = domain_.stream_of(event, projection_.model());
        is_model_valid_ = false;
        projection_.project(event);
    }
    return batch;
}

} // namespace evenfold::kernel
