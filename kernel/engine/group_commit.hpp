/// A group of commands with one durable append: each is decided on the model that the commands before it leave.
/// Shape: `add` each command, then `commit` returns an outcome per command, in order.
/// Errors: as in kernel.hpp. A command that was accepted before gets its original receipt and is not decided again.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "evenfold/core/commands/commands.hpp"
#include "evenfold/kernel/engine/live_projection.hpp"
#include "evenfold/kernel/outcome.hpp"

namespace evenfold::kernel {

/// A clock that returns the time at which events are stored. The program passes it in; tests use a fixed one.
using Clock = std::function<Instant()>;

/// A command of any domain: the body points to a D::Command.
using AnyCommand = CommandEnvelope<const void*>;

class GroupCommit {
public:
    /// Requires that this thread holds the journal and has begun a batch of `projection` at `head`. `commit` must be
    /// called.
    GroupCommit(const AnyKernelDomain& domain, journal::Journal& journal, const Clock& clock,
                LiveProjection& projection, Sequence head)
        : domain_(domain), journal_(journal), clock_(clock), projection_(projection), head_(head) {}

    /// Decides `command` on the model that the commands before it leave. Returns false if the domain threw or decided
    /// an event that cannot be stored, so that the model is lost: call `commit` and start another group.
    [[nodiscard]] bool add(const AnyCommand& command);

    /// Appends the decided events and ends the batch of the projection. Returns the outcomes of all commands, in order.
    [[nodiscard]] std::vector<AnyOutcome> commit();

private:
    /// An outcome that is known before the append. If it was decided after `behind` batches of the group, it fails
    /// when they do.
    struct KnownOutcome {
        AnyOutcome outcome;
        std::size_t behind;
    };

    /// The index of a batch of the group, or an outcome.
    using PlannedOutcome = std::variant<std::size_t, KnownOutcome>;

    [[nodiscard]] PlannedOutcome plan_command(const AnyCommand& command);
    [[nodiscard]] std::expected<CommandId, AnyRefusal> correlation_of(const AnyCommand& command) const;
    [[nodiscard]] std::optional<AnyRefusal> check_expectation(const AnyCommand& command);
    [[nodiscard]] std::expected<StreamVersion, journal::Failure> version_of(const std::string& stream);
    [[nodiscard]] std::expected<std::vector<journal::NewEvent>, journal::Failure>
    stored_events(const AnyCommand& command, const AnyDecision& decision) const;
    [[nodiscard]] std::expected<journal::Batch, journal::Failure>
    batch(const AnyCommand& command, std::string fingerprint, const CommandId& correlation,
          const AnyDecision& decision);
    [[nodiscard]] std::vector<AnyOutcome> append();

    const AnyKernelDomain& domain_;
    journal::Journal& journal_;
    const Clock& clock_;
    LiveProjection& projection_;
    Sequence head_; // of the journal, which the batches follow
    std::vector<journal::Batch> batches_;
    std::unordered_map<CommandId, std::size_t> batch_of_; // the index of the batch of a command
    std::vector<PlannedOutcome> plans_;
    std::unordered_map<std::string, StreamVersion> new_events_; // per stream, in the first `counted_batches_` batches
    std::size_t counted_batches_ = 0;
    bool is_model_valid_ = true; // false while the events of a command are folded, so also when that was interrupted
};

} // namespace evenfold::kernel
