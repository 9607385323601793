/// What a group of commands comes to: each is decided on the model that those before it leave, before any is stored.
/// Shape: commands in, batches for one append out; then the journal's word on the batches in, an outcome a command out.
/// Errors: as the kernel's. A command that was accepted before is answered with its old receipt and not decided again.
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <variant>
#include <vector>

#include "evenfold/core/commands/commands.hpp"
#include "evenfold/kernel/engine/state.hpp"
#include "evenfold/kernel/outcome.hpp"

namespace evenfold::kernel {

/// Tells the time at which events are stored. Brought by the program, frozen by a test.
using Clock = std::function<Instant()>;

/// A command of any domain: the body points to a D::Command.
using AnyCommand = CommandEnvelope<const void*>;

class Planning {
public:
    /// The journal is held, and `state` has come to its head. Its model moves on with each command, and is of no use
    /// when the append fails.
    Planning(const AnyKernelDomain& domain, journal::Journal& journal, const Clock& clock, const AnyState& state)
        : domain_(domain), journal_(journal), clock_(clock), state_(state) {}

    void add(const AnyCommand& command) { plans_.push_back(planned(command)); }

    [[nodiscard]] const std::vector<journal::Batch>& batches() const { return batches_; }

    /// The decisions of all batches, in order; they are taken away.
    [[nodiscard]] std::vector<std::unique_ptr<AnyDecision>> take_decisions() { return std::move(decisions_); }

    /// An outcome for each command, in order, when `stored` are those of the batches.
    [[nodiscard]] std::vector<AnyOutcome> outcomes(const std::vector<AnyOutcome>& stored) const;

private:
    /// An outcome that is known before the journal has spoken. One that was decided behind batches of the group falls
    /// with the last of them.
    struct Ready {
        AnyOutcome outcome;
        std::size_t behind; // so many batches
    };

    /// A batch of the group, or an outcome at once.
    using Plan = std::variant<std::size_t, Ready>;

    [[nodiscard]] Plan planned(const AnyCommand& command);
    [[nodiscard]] std::expected<CommandId, AnyRefusal> correlation_of(const AnyCommand& command) const;
    [[nodiscard]] journal::Batch batch(const AnyCommand& command, std::string fingerprint, const CommandId& correlation,
                                       const AnyDecision& decision);

    const AnyKernelDomain& domain_;
    journal::Journal& journal_;
    const Clock& clock_;
    const AnyState& state_;
    std::vector<journal::Batch> batches_;
    std::vector<std::unique_ptr<AnyDecision>> decisions_; // of the batches
    std::unordered_map<CommandId, std::size_t> places_;   // which command made which batch
    std::vector<Plan> plans_;
};

} // namespace evenfold::kernel
