/// The model of a journal, taken on by who appends to it, and by who takes in what others have appended.
/// Shape: readers see versions of it, that of the last event that was stored; one group of commands at a time is
/// planned on a copy ahead of them.
/// Errors: while the journal cannot be read the model is that of the last event that could be.
#pragma once

#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "evenfold/kernel/replay.hpp"
#include "evenfold/kernel/versions.hpp"

namespace evenfold::kernel {

/// `versions` and `catch_up` may be called from any thread, the others by the one that holds the journal.
template <Domain D>
class Following {
public:
    Following(journal::Journal& journal, Replayed<D> state) : journal_(journal), versions_(std::move(state)) {}

    /// To be read.
    [[nodiscard]] const Versions<D>& versions() const { return versions_; }

    /// Take in what others have appended since; answers the sequence that readers see.
    [[nodiscard]] std::expected<Sequence, journal::Failure> catch_up() {
        const std::scoped_lock lock(mutex_);
        if (auto failure = planned_ ? show_planned() : refresh()) return std::unexpected(std::move(*failure));
        return head();
    }

    /// The copy on which a group is planned, at the journal's head. Until `end` it is the caller's.
    [[nodiscard]] std::expected<Replayed<D>*, journal::Failure> begin() {
        const std::scoped_lock lock(mutex_);
        if (auto failure = refresh()) return std::unexpected(std::move(*failure));
        planned_.emplace();
        return &ahead();
    }

    /// That copy's model was moved on by `events`, and is left alone from here on. They are about to be stored, in
    /// batches of which `last` is the last. Answers the sequence that they follow.
    [[nodiscard]] Sequence planned(const CommandId& last, std::vector<typename D::Event> events) {
        const std::scoped_lock lock(mutex_);
        const Sequence head = ahead().head;
        planned_ = Planned{.last = last, .end = head + events.size() + 1};
        versions_.projected(std::move(events));
        return head;
    }

    /// Readers see what was stored; or what was planned is forgotten.
    void end(bool is_stored) {
        const std::scoped_lock lock(mutex_);
        planned_.reset();
        if (is_stored)
            versions_.publish();
        else
            versions_.discard();
    }

private:
    /// A group, once it has been planned: its last batch, and the sequence after its last event.
    struct Planned {
        std::optional<CommandId> last;
        Sequence end = 0;
    };

    [[nodiscard]] Sequence head() const {
        return versions_.read([](const typename D::Model&, Sequence head) { return head; });
    }

    /// The copy that is to come next, as far as the one that readers see. What was read from the journal for that one
    /// is read again for this one.
    Replayed<D>& ahead() {
        return versions_.ahead([&](Replayed<D>& state, Sequence until) {
            return !advance<D>(journal_, state, until) && state.head == until;
        });
    }

    std::optional<journal::Failure> refresh() {
        bool is_behind = false;
        const auto read = journal_.read(head() + 1, [&](const journal::Record&) {
            is_behind = true;
            return false;
        });
        if (!read) return read.error();
        if (!is_behind) return std::nullopt; // and no copy was made for nothing
        auto failure = advance<D>(journal_, ahead());
        versions_.publish();
        return failure;
    }

    /// Nobody else appends meanwhile, so what can be read of the group is all that there is to take in. It may be shown
    /// before the append has answered: its copy is as it will be.
    std::optional<journal::Failure> show_planned() {
        if (!planned_->last) return std::nullopt;
        const auto receipt = journal_.receipt(*planned_->last);
        if (!receipt) return receipt.error();
        if (*receipt && (*receipt)->first + (*receipt)->count == planned_->end) versions_.publish();
        return std::nullopt;
    }

    journal::Journal& journal_;
    std::mutex mutex_; // for all of versions_ that is the writer's, but not held while a group is planned and stored
    Versions<D> versions_;
    std::optional<Planned> planned_; // from `begin` to `end`
};

} // namespace evenfold::kernel
