#include "evenfold/cli/output/turn_times.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "evenfold/kernel/event_list.hpp"
#include "evenfold/kernel/replay.hpp"

namespace evenfold::cli {
namespace {

using namespace orchestration;

constexpr auto timed_types =
    std::to_array<std::string_view>({"TurnStarted", "TurnContinued", "TurnCompleted", "TurnFailed", "TurnInterrupted",
                                     "TurnCancelled", "TextAppended", "ThinkingAppended", "ToolCallStarted"});

class TimeCollector {
public:
    explicit TimeCollector(TimesByTurn& times) : times_(times) {}

    void add(const Event& event, Instant at) {
        at_ = at;
        std::visit([&](const auto& one) { on(one); }, event);
    }

private:
    void on(const TurnStarted& event) { times_[event.turn].started = at_; }
    void on(const TurnContinued& event) { times_[event.turn].ended.reset(); }
    void on(const TurnCompleted& event) { times_[event.turn].ended = at_; }
    void on(const TurnFailed& event) { times_[event.turn].ended = at_; }
    void on(const TurnInterrupted& event) { times_[event.turn].ended = at_; }
    void on(const TurnCancelled& event) { times_[event.turn].ended = at_; }
    void on(const TextAppended& event) { times_[event.turn].blocks.try_emplace(event.block, at_); }
    void on(const ThinkingAppended& event) { times_[event.turn].blocks.try_emplace(event.block, at_); }
    void on(const ToolCallStarted& event) { times_[event.turn].blocks.try_emplace(event.block, at_); }
    template <class Other>
    void on(const Other&) {}

    TimesByTurn& times_;
    Instant at_;
};

} // namespace

std::expected<TurnHistory, journal::Failure> read_history(journal::Journal& journal, Sequence until) {
    TurnHistory history;
    TimeCollector collector(history.times);
    std::optional<journal::Failure> failure;
    const auto end = kernel::visit_events(journal, {.from = 1, .stream = {}}, [&](const journal::Record& record) {
        if (record.sequence > until) return false;
        const bool is_timed = std::ranges::find(timed_types, record.type) != timed_types.end();
        if (record.removed || (!is_timed && !SessionRefs::needs(record.type))) return true;
        auto event = kernel::event_of<Domain>(record);
        if (event) {
            collector.add(event->body, record.at);
            history.sessions.add(event->body);
        } else {
            failure = std::move(event.error());
        }
        return !failure;
    });
    if (!end) return std::unexpected(end.error());
    if (failure) return std::unexpected(*std::move(failure));
    return history;
}

} // namespace evenfold::cli
