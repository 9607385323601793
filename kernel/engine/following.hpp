/// The model of a journal, taken on by who appends to it, and by who takes in what others have appended.
/// Shape: readers see versions of it, that of the last event that was stored; one group of commands at a time is
/// planned on a copy ahead of them.
/// Errors: while the journal cannot be read the model is that of the last event that could be.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "evenfold/journal/journal.hpp"
#include "evenfold/kernel/engine/any_versions.hpp"

namespace evenfold::kernel {

/// `lending` and `catch_up` may be called from any thread, the others by the one that holds the journal.
class Following {
public:
    Following(const AnyKernelDomain& domain, journal::Journal& journal, AnyState state);

    /// To be read.
    [[nodiscard]] const std::shared_ptr<Lending>& lending() const { return versions_.lending(); }

    /// Folds what other writers have appended. Returns the sequence of the last event that readers see.
    [[nodiscard]] std::expected<Sequence, journal::Failure> catch_up();

    /// The copy on which a group is planned, at the journal's head. Until `end` it is the caller's.
    [[nodiscard]] std::expected<const AnyState*, journal::Failure> begin();

    /// That copy's model was moved on by these events, and is left alone from here on. They are about to be stored, in
    /// batches of which `last` is the last. Answers the sequence that they follow.
    [[nodiscard]] Sequence planned(const CommandId& last, std::vector<std::unique_ptr<AnyDecision>> decisions);

    /// Readers see what was stored; or what was planned is forgotten.
    void end(bool is_stored);

private:
    /// A group, once it has been planned: its last batch, and the sequence after its last event.
    struct Planned {
        std::optional<CommandId> last;
        Sequence end = 0;
    };

    [[nodiscard]] Sequence head() const;
    [[nodiscard]] const AnyState& ahead();
    [[nodiscard]] std::optional<journal::Failure> refresh();
    [[nodiscard]] std::optional<journal::Failure> show_planned();

    const AnyKernelDomain& domain_;
    journal::Journal& journal_;
    std::mutex mutex_; // for all of versions_ that is the writer's, but not held while a group is planned and stored
    AnyVersions versions_;
    std::optional<Planned> planned_; // from `begin` to `end`
};

} // namespace evenfold::kernel
