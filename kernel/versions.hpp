/// Readers while writing: one writer moves a model on, any number of threads hold what it was, and nobody waits.
/// Shape: the writer has a copy of its own. To publish is to show it, and to go on with one that no reader holds, once
/// that has folded what it has missed: each event is folded twice, and there are as many copies as are held, and two.
/// Source: the left-right scheme of Ramalhete and Correia (2015), with further copies in place of waiting.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "evenfold/kernel/lending.hpp"
#include "evenfold/kernel/replay.hpp"

namespace evenfold::kernel {

/// A model that stays as it is, and how far into the journal it has come. Cheap to copy; may outlive what it is of.
template <Domain D>
using Snapshot = std::shared_ptr<const Replayed<D>>;

/// `snapshot`, `read` and `copies` may be called from any thread at any time; the others are the writer's: from one
/// thread at a time. A domain that throws leaves the writer's copy for `discard` to drop.
template <Domain D>
class Versions {
public:
    using Event = typename D::Event;

    /// A copy that has missed more than `lag_max` events is dropped rather than brought up to date; as many events are
    /// kept while somebody holds one, and else those since the last two publications.
    explicit Versions(Replayed<D> first = {}, Sequence lag_max = 65'536)
        : lending_(std::make_shared<Copies>(std::move(first), lag_max)), lag_max_(lag_max) {}
    Versions(const Versions&) = delete;
    Versions& operator=(const Versions&) = delete;
    ~Versions() = default;

    /// What was published last. O(1).
    [[nodiscard]] Snapshot<D> snapshot() const {
        Copy* copy = lending_->lend();
        return {&copy->state, [lending = lending_, copy](const Replayed<D>*) { lending->give_back(copy); }};
    }

    /// What `view` answers of the same, and of its head.
    template <class View>
    decltype(auto) read(View view) const { // NOLINT(modernize-use-nodiscard): a view may answer nothing
        Copy* copy = lending_->lend();
        const std::unique_ptr<Copy, Return> lent(copy, Return{*lending_});
        return view(std::as_const(copy->state.model), Sequence{copy->state.head});
    }

    /// How many copies of the model there are.
    [[nodiscard]] std::size_t copies() const { return lending_->count(); }

    /// Folds events into the writer's copy. They are seen once they are published. Give them away if you can: they are
    /// kept until every copy has them.
    void project(std::vector<Event> events) {
        Replayed<D>& state = ahead();
        for (const Event& event : events) fold(state, event);
        keep(std::move(events), state.head);
    }
    void project(const Event& event) { project(Event(event)); }
    void project(Event&& event) {
        Replayed<D>& state = ahead();
        fold(state, event);
        keep(std::move(event), state.head);
    }

    /// The writer's copy, which has come at least as far as what is shown. O(model) when readers hold all others.
    /// What is changed in it other than by `project` and `projected` is missing in the others.
    [[nodiscard]] Replayed<D>& ahead() {
        return ahead([](Replayed<D>&, Sequence) { return false; });
    }

    /// The same, where `bring(state, until)` may know events that were not kept; whether it has come to `until`.
    template <class Bring>
    [[nodiscard]] Replayed<D>& ahead(const Bring& bring) {
        if (ahead_) return ahead_->state;
        const Replayed<D>& shown = lending_->shown();
        ahead_ = lending_->take();
        if (ahead_ && !catch_up(ahead_->state, shown.head) && !bring(ahead_->state, shown.head))
            lending_->forget(std::move(ahead_));
        if (!ahead_) ahead_ = lending_->make(shown);
        const Sequence least = lending_->least();
        while (!kept_.empty() && kept_.front().end <= least) kept_.pop_front();
        return ahead_->state;
    }

    /// The model of `ahead()` has been moved on by `events`: its head follows, and the other copies will.
    void projected(std::vector<Event> events) {
        Replayed<D>& state = ahead_->state;
        for (const Event& event : events) count(state, event);
        keep(std::move(events), state.head);
    }

    /// Who asks from now on gets what the writer has come to. O(1).
    void publish() {
        if (ahead_ && ahead_->state.head != lending_->shown().head) lending_->show(std::move(ahead_));
    }

    /// What the writer has not published is gone, and its copy with it: O(model) for the next.
    void discard() {
        if (ahead_) lending_->forget(std::move(ahead_));
        kept_.clear();
    }

private:
    using Copies = Lending<Replayed<D>>;
    using Copy = typename Copies::Copy;
    static constexpr std::size_t stretch = 64; // events that came one by one and are kept in one piece

    struct Return {
        Copies& lending;
        void operator()(Copy* copy) const { lending.give_back(copy); }
    };

    /// The events up to `end`.
    struct Kept {
        Sequence end;
        std::vector<Event> events;
    };

    static void count(Replayed<D>& state, const Event& event) {
        ++state.head;
        if constexpr (keeps_unknown<Event>) {
            if (std::holds_alternative<Unknown>(event)) ++state.unknown_events;
        }
    }
    static void fold(Replayed<D>& state, const Event& event) {
        state.model = D::project(std::move(state.model), event);
        count(state, event);
    }

    void keep(std::vector<Event> events, Sequence end) {
        if (events.empty()) return;
        if (!kept_.empty() && kept_.back().end != end - events.size()) kept_.clear(); // others moved the model on
        kept_.push_back({end, std::move(events)});
        while (kept_.front().end + lag_max_ < end) kept_.pop_front();
    }
    void keep(Event&& event, Sequence end) {
        const bool follows = !kept_.empty() && kept_.back().end == end - 1;
        if (!follows || kept_.back().events.size() >= stretch) {
            if (!follows) kept_.clear();
            kept_.push_back({end - 1, {}});
            kept_.back().events.reserve(stretch);
            while (kept_.front().end + lag_max_ + 1 < end) kept_.pop_front();
        }
        kept_.back().events.push_back(std::move(event));
        kept_.back().end = end;
    }

    /// Whether the events that were kept have brought it to `until`.
    bool catch_up(Replayed<D>& state, Sequence until) const {
        if (state.head == until) return true;
        if (kept_.empty() || kept_.back().end != until) return false;
        if (state.head < kept_.front().end - kept_.front().events.size()) return false;
        for (const Kept& kept : kept_) {
            const Sequence begin = kept.end - kept.events.size();
            for (Sequence at = std::max(begin, state.head); at < kept.end; ++at) fold(state, kept.events[at - begin]);
        }
        return true;
    }

    std::shared_ptr<Copies> lending_; // snapshots may be given back when this is gone
    Sequence lag_max_;
    std::unique_ptr<Copy> ahead_; // the writer's, when it has one
    std::deque<Kept> kept_;       // in order, without gaps; the last may be ahead of what is shown
};

} // namespace evenfold::kernel
