/// What a group of commands comes to: each is decided on the model that those before it leave, before any is stored.
/// Shape: commands in, batches for one append out; then the journal's word on the batches in, an outcome a command out.
/// Errors: as the kernel's. A command that was accepted before is answered with its old receipt and not decided again.
#pragma once

#include <functional>
#include <iterator>
#include <string>
#include <unordered_map>
#include <vector>

#include "evenfold/codec/fingerprint.hpp"
#include "evenfold/core/commands/commands.hpp"
#include "evenfold/kernel/outcome.hpp"
#include "evenfold/kernel/replay.hpp"

namespace evenfold::kernel {

/// Tells the time at which events are stored. Brought by the program, frozen by a test.
using Clock = std::function<Instant()>;

template <Domain D>
class Planning {
public:
    using Command = CommandEnvelope<typename D::Command>;

    /// The journal is held, and `state` has come to its head. Its model moves on with each command, and is of no use
    /// when the append fails.
    Planning(journal::Journal& journal, const Clock& clock, Replayed<D>& state)
        : journal_(journal), clock_(clock), state_(state) {}

    void add(const Command& command) { plans_.push_back(planned(command)); }

    [[nodiscard]] const std::vector<journal::Batch>& batches() const { return batches_; }

    /// The events of all batches, in order.
    [[nodiscard]] const std::vector<typename D::Event>& events() const { return events_; }

    /// An outcome for each command, in order, when `stored` are those of the batches.
    [[nodiscard]] std::vector<Outcome<D>> outcomes(const std::vector<Outcome<D>>& stored) const {
        std::vector<Outcome<D>> outcomes;
        outcomes.reserve(plans_.size());
        for (const Plan& plan : plans_) outcomes.push_back(outcome_of(plan, stored));
        return outcomes;
    }

private:
    /// An outcome that is known before the journal has spoken. One that was decided behind batches of the group falls
    /// with the last of them.
    struct Ready {
        Outcome<D> outcome;
        std::size_t behind; // so many batches
    };

    /// A batch of the group, or an outcome at once.
    using Plan = std::variant<std::size_t, Ready>;

    static Outcome<D> outcome_of(const Plan& plan, const std::vector<Outcome<D>>& stored) {
        if (const auto* place = std::get_if<std::size_t>(&plan)) return stored[*place];
        const auto& ready = std::get<Ready>(plan);
        if (ready.behind > 0 && !stored[ready.behind - 1]) return stored[ready.behind - 1];
        return ready.outcome;
    }

    Plan planned(const Command& command) {
        const std::size_t behind = batches_.size();
        if (const auto same = places_.find(command.command); same != places_.end()) {
            if (batches_[same->second].fingerprint == codec::fingerprint(command.body)) return same->second;
            return Ready{clash<D>(command.command), behind};
        }
        auto earlier = journal_.receipt(command.command);
        if (!earlier) return Ready{failed<D>(std::move(earlier.error())), 0};
        if (*earlier) {
            if ((*earlier)->fingerprint != codec::fingerprint(command.body)) return Ready{clash<D>(command.command), 0};
            return Ready{**earlier, 0};
        }
        auto correlation = correlation_of(command);
        if (!correlation) return Ready{std::unexpected(std::move(correlation.error())), 0};
        if (auto no = forbid<D>(command.actor, command.body)) return Ready{rejected<D>(std::move(*no)), 0};
        auto events = D::decide(command.body, std::as_const(state_.model));
        if (!events) return Ready{rejected<D>(std::move(events.error())), behind};
        places_.emplace(command.command, behind);
        batches_.push_back(batch(command, *correlation, *events));
        events_.insert(events_.end(), std::move_iterator(events->begin()), std::move_iterator(events->end()));
        return behind;
    }

    /// That of the event that the command answers, or the command itself, unless it says.
    [[nodiscard]] std::expected<CommandId, Refusal<D>> correlation_of(const Command& command) const {
        if (!command.cause) return command.correlation.value_or(command.command);
        if (*command.cause == 0 || *command.cause > state_.head)
            return std::unexpected(Refusal<D>(CauseNotFound{*command.cause, state_.head}));
        CommandId correlation = command.correlation.value_or(command.command);
        if (command.correlation) return correlation;
        const auto read = journal_.read(*command.cause, [&](const journal::Record& record) {
            correlation = record.correlation;
            return false;
        });
        if (!read) return std::unexpected(Refusal<D>(read.error()));
        return correlation;
    }

    journal::Batch
    batch(const Command& command, const CommandId& correlation, const std::vector<typename D::Event>& events) {
        journal::Batch batch{.command = command.command,
                             .fingerprint = codec::fingerprint(command.body),
                             .actor = command.actor,
                             .cause = command.cause,
                             .correlation = correlation,
                             .at = command.at,
                             .stored_at = clock_(),
                             .expectations = {},
                             .events = {}};
        for (const auto& event : events) {
            auto form = codec::to_stored(shape_of<typename D::Event>(), &event);
            batch.events.push_back({.stream = stream_of<D>(event, state_.model),
                                    .type = std::move(form.type),
                                    .type_version = form.version,
                                    .data = std::move(form.data)});
            state_.model = D::project(std::move(state_.model), event);
        }
        return batch;
    }

    journal::Journal& journal_;
    const Clock& clock_;
    Replayed<D>& state_;
    std::vector<journal::Batch> batches_;
    std::vector<typename D::Event> events_;
    std::unordered_map<CommandId, std::size_t> places_; // which command made which batch
    std::vector<Plan> plans_;
};

} // namespace evenfold::kernel
