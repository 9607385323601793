#include <algorithm>

#include "evenfold/tests/journal/chain/damage.hpp"

namespace evenfold::tests::chain {
namespace {

using enum BreakReason;

void shift_after(StoredJournal& stored, Sequence sequence, int by) {
    for (EventRow& row : stored.events) {
        if (row.sequence > sequence) row.sequence = by > 0 ? row.sequence + 1 : row.sequence - 1;
    }
}

/// Deletes a random event other than the last one.
std::optional<Sequence> delete_event(HistoryWriter& history) {
    const Sequence sequence = history.drawn(1, history.head() - 1);
    std::erase_if(history.stored.events, [&](const EventRow& row) { return row.sequence == sequence; });
    return sequence;
}

std::optional<Sequence> delete_and_shift(HistoryWriter& history) {
    const auto sequence = delete_event(history);
    shift_after(history.stored, *sequence, -1);
    return sequence;
}

std::optional<Sequence> insert_and_shift(HistoryWriter& history) {
    const Sequence sequence = history.drawn(1, history.head());
    EventRow copy = history.stored.events[sequence - 1];
    shift_after(history.stored, sequence, 1);
    ++copy.sequence;
    history.stored.events.push_back(copy);
    return copy.sequence;
}

std::optional<Sequence> swap_events(HistoryWriter& history) {
    const Sequence one = history.drawn(1, history.head() - 1);
    const Sequence other = history.drawn(one + 1, history.head());
    std::swap(history.stored.events[one - 1].sequence, history.stored.events[other - 1].sequence);
    return one;
}

std::optional<Sequence> swap_lines(HistoryWriter& history) {
    const Sequence one = history.drawn(1, history.head() - 1);
    std::swap(history.stored.events[one - 1], history.stored.events[history.drawn(one + 1, history.head()) - 1]);
    return one;
}

std::optional<Sequence> repeat_line(HistoryWriter& history) {
    const Sequence repeated = history.drawn(1, history.head());
    const Sequence after = history.drawn(repeated, history.head());
    auto& events = history.stored.events;
    if (after == history.head()) return std::nullopt; // only the lines up to the head are read
    const EventRow copy = events[repeated - 1];
    events.insert(events.begin() + static_cast<std::ptrdiff_t>(after), copy);
    return after + 1;
}

std::optional<Sequence> append_copy(HistoryWriter& history) {
    EventRow copy = history.stored.events[history.drawn(1, history.head()) - 1];
    copy.sequence = history.head() + 1;
    history.stored.events.push_back(copy);
    return copy.sequence;
}

std::optional<Sequence> splice_other_journal(HistoryWriter& history) {
    HistoryWriter other(history.drawn(0, 1'000'000), 1);
    other.stored.origin = "journal/another";
    other.start_signing();
    other.append_random(40, false);
    const Sequence from = history.drawn(1, std::min(history.head(), other.head()));
    auto& events = history.stored.events;
    events.resize(from - 1);
    events.insert(events.end(), other.stored.events.begin() + static_cast<std::ptrdiff_t>(from - 1),
                  other.stored.events.end());
    return history.stored.keys.size() == 1 ? std::optional(from) : std::nullopt;
}

std::optional<Sequence> cut_tail(HistoryWriter& history) {
    const Sequence kept = history.drawn(0, history.head() - 1);
    history.stored.events.resize(kept);
    return kept + 1;
}

} // namespace

std::vector<DamageKind> order_damage() {
    // An event that was moved over a change of keys has a key that is not in force there.
    return {
        {"a deleted event", {seq_gap}, delete_event},
        {"a deleted event, later ones shifted", {seq_gap, unknown_key, prev_mismatch}, delete_and_shift},
        {"an inserted event, later ones shifted", {seq_gap}, insert_and_shift},
        {"two events exchanged", {seq_gap, unknown_key, prev_mismatch}, swap_events},
        {"two lines exchanged", {seq_gap}, swap_lines, true},
        {"a line repeated", {duplicate_id}, repeat_line, true},
        {"a copy of an event at the end", {seq_gap}, append_copy},
        {"events of another journal of the same key", {seq_gap, prev_mismatch}, splice_other_journal},
        {"a cut tail", {truncated}, cut_tail},
    };
}

} // namespace evenfold::tests::chain
