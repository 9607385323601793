#include "evenfold/kernel/engine/planning.hpp"

#include <optional>
#include <string>
#include <utility>

#include "evenfold/codec/event.hpp"
#include "evenfold/codec/fingerprint.hpp"

namespace evenfold::kernel {
namespace {

AnyOutcome refused(AnyRefusal refusal) {
    return std::unexpected(std::move(refusal));
}

AnyRefusal rejected(std::unique_ptr<AnyDecision> decision) {
    return AnyRejected(std::move(decision));
}

} // namespace

std::vector<AnyOutcome> Planning::outcomes(const std::vector<AnyOutcome>& stored) const {
    std::vector<AnyOutcome> outcomes;
    outcomes.reserve(plans_.size());
    for (const Plan& plan : plans_) {
        if (const auto* place = std::get_if<std::size_t>(&plan)) {
            outcomes.push_back(stored[*place]);
            continue;
        }
        const auto& ready = std::get<Ready>(plan);
        const bool has_fallen = ready.behind > 0 && !stored[ready.behind - 1];
        outcomes.push_back(has_fallen ? stored[ready.behind - 1] : ready.outcome);
    }
    return outcomes;
}

Planning::Plan Planning::planned(const AnyCommand& command) {
    const std::size_t behind = batches_.size();
    const auto fingerprint = [&] { return codec::fingerprint(domain_.command_shape(), command.body); };
    const auto clash = [&] { return refused(CommandIdConflict{command.command}); };
    if (const auto same = places_.find(command.command); same != places_.end()) {
        if (batches_[same->second].fingerprint == fingerprint()) return same->second;
        return Ready{clash(), behind};
    }
    auto earlier = journal_.receipt(command.command);
    if (!earlier) return Ready{refused(std::move(earlier.error())), 0};
    if (*earlier) {
        if ((*earlier)->fingerprint != fingerprint()) return Ready{clash(), 0};
        return Ready{**earlier, 0};
    }
    auto correlation = correlation_of(command);
    if (!correlation) return Ready{refused(std::move(correlation.error())), 0};
    if (auto no = domain_.forbid(command.actor, command.body)) return Ready{refused(rejected(std::move(no))), 0};
    auto decision = domain_.decide(command.body, state_.model);
    if (decision->error()) return Ready{refused(rejected(std::move(decision))), behind};
    places_.emplace(command.command, behind);
    batches_.push_back(batch(command, fingerprint(), *correlation, *decision));
    decisions_.push_back(std::move(decision));
    return behind;
}

/// Returns the correlation that the command names, else that of its cause, else the command's own id.
std::expected<CommandId, AnyRefusal> Planning::correlation_of(const AnyCommand& command) const {
    CommandId correlation = command.correlation.value_or(command.command);
    if (!command.cause) return correlation;
    if (*command.cause == 0 || *command.cause > *state_.head)
        return std::unexpected(AnyRefusal(CauseNotFound{*command.cause, *state_.head}));
    if (command.correlation) return correlation;
    const auto read = journal_.read(*command.cause, [&](const journal::Record& record) {
        correlation = record.correlation;
        return false;
    });
    if (!read) return std::unexpected(AnyRefusal(read.error()));
    return correlation;
}

/// Moves the model on by the events of the decision.
journal::Batch Planning::batch(const AnyCommand& command, std::string fingerprint, const CommandId& correlation,
                               const AnyDecision& decision) {
    journal::Batch batch{.command = command.command,
                         .fingerprint = std::move(fingerprint),
                         .actor = command.actor,
                         .cause = command.cause,
                         .correlation = correlation,
                         .at = command.at,
                         .stored_at = clock_(),
                         .expectations = {},
                         .events = {}};
    for (std::size_t at = 0; at < decision.count(); ++at) {
        const void* event = decision.event(at);
        auto form = codec::to_stored(domain_.event_shape(), event);
        batch.events.push_back({.stream = domain_.stream_of(event, state_.model),
                                .type = std::move(form.type),
                                .type_version = form.version,
                                .data = std::move(form.data)});
        domain_.project(state_.model, event);
    }
    return batch;
}

} // namespace evenfold::kernel
