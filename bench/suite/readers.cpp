// Goal P8: the writer's cost if readers hold versions of the model, compared with the same fold without readers.
// Product: kernel::Versions, which publishes after every 64 events, with a snapshot taken each time. Limit: the plain
// fold of the same events. Both consume pieces of 64 events, except in the second pair, which keeps the events.
#include <algorithm>
#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "evenfold/bench/suite/batches.hpp"
#include "evenfold/bench/suite/cases.hpp"
#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/core/reflection/digest.hpp"
#include "evenfold/core/values/sha256.hpp"
#include "evenfold/kernel/versions.hpp"

namespace evenfold::bench {
namespace {

using orchestration::Event;
using orchestration::Model;
using orchestration::Orchestration;
using Versions = kernel::Versions<Orchestration>;
using Snapshot = kernel::Snapshot<Orchestration>;
using EventBatches = std::vector<std::vector<Event>>;

constexpr std::size_t piece = 64;
constexpr std::size_t long_hold = 1024 / piece; // in pieces

EventBatches pieces_of(const std::vector<Event>& events) {
    EventBatches pieces;
    for (std::size_t at = 0; at < events.size(); at += piece) {
        const auto begin = events.begin() + static_cast<std::ptrdiff_t>(at);
        pieces.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(std::min(piece, events.size() - at)));
    }
    return pieces;
}

/// Folds each piece and destroys it.
PairSide fold_without_readers(const SharedEvents& log) {
    return [log](RunTimer& watch) {
        EventBatches pieces = pieces_of(*log);
        Model model;
        watch.start();
        for (auto& given : pieces) {
            const std::vector<Event> taken = std::move(given);
            for (const Event& event : taken) model = Orchestration::project(std::move(model), event);
        }
        watch.stop();
        return to_text(digest(model));
    };
}

/// Publishes after each piece and passes the snapshot to the callback of `holder`, which may keep it.
PairSide fold_with_readers(const SharedEvents& log, const std::function<std::function<void(Snapshot)>()>& holder) {
    return [log, holder](RunTimer& watch) {
        EventBatches pieces = pieces_of(*log);
        Versions versions;
        const auto hold = holder();
        watch.start();
        for (auto& given : pieces) {
            versions.project(std::move(given));
            versions.publish();
            hold(versions.snapshot());
        }
        watch.stop();
        return to_text(digest(versions.snapshot()->model));
    };
}

/// Keeps the last snapshot.
std::function<void(Snapshot)> until_the_next() {
    return [held = Snapshot()](Snapshot now) mutable { held = std::move(now); };
}

/// Keeps the last snapshot, and one that is replaced every 1,024 events.
std::function<void(Snapshot)> one_for_long() {
    return [last = Snapshot(), held = Snapshot(), count = std::size_t{0}](Snapshot now) mutable {
        if (count++ % long_hold == 0) held = now;
        last = std::move(now);
    };
}

/// Keeps all snapshots of the last 1,024 events.
std::function<void(Snapshot)> each_for_long() {
    return [held = std::deque<Snapshot>()](Snapshot now) mutable {
        held.push_back(std::move(now));
        if (held.size() > long_hold) held.pop_front();
    };
}

/// Holds the last snapshot in another thread, iterates over its threads, and then takes the next snapshot.
class ReaderThread {
public:
    void set_snapshot(Snapshot now) {
        const std::scoped_lock lock(mutex_);
        latest_ = std::move(now);
    }

private:
    void read(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            Snapshot held;
            {
                const std::scoped_lock lock(mutex_);
                held = latest_;
            }
            if (!held) continue;
            for (const auto* thread : held->model->index.threads.sorted())
                found_ += held->model->index.find(thread->id) ? 1U : 0U;
        }
    }

    std::mutex mutex_;
    Snapshot latest_;
    std::atomic<std::size_t> found_ = 0;
    std::jthread thread_{[this](const std::stop_token& stop) { read(stop); }};
};

std::function<void(Snapshot)> in_another_thread() {
    return [reader = std::make_shared<ReaderThread>()](Snapshot now) { reader->set_snapshot(std::move(now)); };
}

PairSide fold_one_by_one(const SharedEvents& log) {
    return [log](RunTimer& watch) {
        Model model;
        watch.start();
        for (const Event& event : *log) model = Orchestration::project(std::move(model), event);
        watch.stop();
        return to_text(digest(model));
    };
}

PairSide publish_one_by_one(const SharedEvents& log) {
    return [log](RunTimer& watch) {
        Versions versions;
        Snapshot held;
        std::size_t count = 0;
        watch.start();
        for (const Event& event : *log) {
            versions.project(event);
            if (++count % piece != 0) continue;
            versions.publish();
            held = versions.snapshot();
        }
        versions.publish();
        watch.stop();
        return to_text(digest(versions.snapshot()->model));
    };
}

} // namespace

void add_readers_cases(const BenchEffort& effort) {
    const SharedEvents log = shared_events({}, effort.events);
    const auto pair = [&](const std::string& name, const std::string& goal, PairSide product, PairSide limit) {
        add({.name = "readers/" + name,
             .goal = goal,
             .required = goal.empty() ? 0 : 0.35,
             .aimed = goal.empty() ? 0 : 0.8,
             .events = log->size(),
             .pairs = effort.pairs,
             .product = std::move(product),
             .limit = std::move(limit)});
    };
    pair("every_64", "P8", fold_with_readers(log, until_the_next), fold_without_readers(log));
    pair("every_64_of_events_that_are_copied", "P8", publish_one_by_one(log), fold_one_by_one(log));
    pair("every_64_and_one_for_1024", "", fold_with_readers(log, one_for_long), fold_without_readers(log));
    pair("every_64_each_for_1024", "", fold_with_readers(log, each_for_long), fold_without_readers(log));
    pair("every_64_in_another_thread", "", fold_with_readers(log, in_another_thread), fold_without_readers(log));
}

} // namespace evenfold::bench
