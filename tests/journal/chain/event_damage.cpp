#include "evenfold/tests/journal/chain/damage.hpp"

namespace evenfold::tests::chain {
namespace {

using enum BreakReason;

/// Returns a damage of one random event; `change` returns false if it cannot change this one.
std::function<std::optional<Sequence>(HistoryWriter&)>
at_event(std::function<bool(EventRow& row, HistoryWriter& history)> change) {
    return [change = std::move(change)](HistoryWriter& history) -> std::optional<Sequence> {
        EventRow& row = history.stored.events[history.drawn(1, history.head()) - 1];
        const Sequence sequence = row.sequence;
        if (!change(row, history)) return std::nullopt;
        return sequence;
    };
}

template <class Field>
std::function<std::optional<Sequence>(HistoryWriter&)> flipped(Field EventRow::* field) {
    return at_event([field](EventRow& row, HistoryWriter& history) {
        if constexpr (std::is_same_v<Field, std::string>) {
            if ((row.*field).empty()) return false;
            flip_bit(row.*field, history);
        } else if constexpr (std::is_same_v<Field, CommandId>) {
            (row.*field).uuid.bytes[history.drawn(0, 15)] ^= 1;
        } else if constexpr (std::is_same_v<Field, Instant>) {
            (row.*field).unix_ms ^= std::int64_t{1} << history.drawn(0, 50);
        } else {
            row.*field ^= Field{1} << history.drawn(0, 20);
        }
        return true;
    });
}

bool change_actor(EventRow& row, HistoryWriter& history) {
    (void)history;
    row.actor = row.actor == "user" ? "agent" : "user";
    return true;
}

bool change_cause(EventRow& row, HistoryWriter& history) {
    if (row.cause)
        row.cause = history.drawn(0, 1) == 0 ? std::nullopt : std::optional(*row.cause + 1);
    else
        row.cause = 1;
    return true;
}

/// Gives the stream of a random event another name, in all of its events.
std::optional<Sequence> rename_stream(HistoryWriter& history) {
    const std::string name = history.stored.events[history.drawn(1, history.head()) - 1].stream;
    std::optional<Sequence> first;
    for (EventRow& row : history.stored.events) {
        if (row.stream != name) continue;
        if (!first) first = row.sequence;
        row.stream = "another name";
    }
    return first;
}

bool name_other_key(EventRow& row, HistoryWriter& history) {
    if (history.stored.keys.size() < 2) return false;
    row.key = *row.key % history.stored.keys.size() + 1;
    return true;
}

} // namespace

void flip_bit(std::string& bytes, HistoryWriter& history) {
    const std::size_t at = history.drawn(0, bytes.size() - 1);
    bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ (1U << history.drawn(0, 7)));
}

std::vector<DamageKind> event_damage() {
    const auto rewrites = [](std::string EventRow::* field, std::string text) {
        return at_event([=](EventRow& row, HistoryWriter&) {
            row.*field = text;
            return true;
        });
    };
    return {
        {"a later sequence", {seq_gap}, at_event([](EventRow& row, HistoryWriter& history) {
             row.sequence = history.head() + history.drawn(1, 9);
             return true;
         })},
        {"a version", {seq_gap}, flipped(&EventRow::version)},
        {"an index", {seq_gap}, flipped(&EventRow::index)},
        {"a stream", {seq_gap, mac_mismatch}, at_event([](EventRow& row, HistoryWriter& history) {
             const std::string stream = "stream-" + std::to_string(history.drawn(1, 6));
             if (row.stream == stream) return false;
             row.stream = stream;
             return true;
         })},
        {"the name of a stream", {mac_mismatch}, rename_stream},
        {"an actor", {mac_mismatch}, at_event(change_actor)},
        {"an actor that does not exist", {format}, rewrites(&EventRow::actor, "nobody")},
        {"a cause", {mac_mismatch}, at_event(change_cause)},
        {"a correlation", {mac_mismatch}, flipped(&EventRow::correlation)},
        {"the time of the command", {mac_mismatch}, flipped(&EventRow::at)},
        {"the time of storage", {mac_mismatch}, flipped(&EventRow::stored_at)},
        {"a type", {mac_mismatch}, flipped(&EventRow::type)},
        {"a type version", {mac_mismatch}, flipped(&EventRow::type_version)},
        {"a mac", {mac_mismatch}, flipped(&EventRow::mac)},
        {"a removed mac", {is_unsigned}, rewrites(&EventRow::mac, "")},
        {"a short mac", {format}, rewrites(&EventRow::mac, "short")},
        {"a payload", {payload_mismatch}, flipped(&EventRow::data)},
        {"a longer payload", {payload_mismatch}, at_event([](EventRow& row, HistoryWriter&) {
             row.data += '\0';
             return true;
         })},
        {"a byte moved from the payload to the salt", {format}, at_event([](EventRow& row, HistoryWriter&) {
             if (row.data.empty()) return false;
             row.salt += row.data.front();
             row.data.erase(0, 1);
             return true;
         })},
        {"a salt", {payload_mismatch}, flipped(&EventRow::salt)},
        {"a payload hash", {payload_mismatch}, flipped(&EventRow::payload_hash)},
        {"the previous mac", {prev_mismatch}, flipped(&EventRow::previous)},
        {"a command", {seq_gap, receipt_mismatch}, flipped(&EventRow::command)},
        {"a key that does not exist", {format}, at_event([](EventRow& row, HistoryWriter&) {
             row.key = 99;
             return true;
         })},
        {"no key", {format}, at_event([](EventRow& row, HistoryWriter&) {
             row.key.reset();
             return true;
         })},
        {"another key", {unknown_key}, at_event(name_other_key)},
        {"a mark of a removal", {removal_unproven}, at_event([](EventRow& row, HistoryWriter&) {
             row.removed = 1;
             row.data.clear();
             row.salt.clear();
             return true;
         })},
        {"a replaced payload", {payload_mismatch}, at_event([](EventRow& row, HistoryWriter& history) {
             history.compact({row.sequence, row.sequence});
             row.data += ' ';
             return true;
         })},
        {"an emptied replaced payload", {payload_mismatch}, at_event([](EventRow& row, HistoryWriter& history) {
             history.compact({row.sequence, row.sequence});
             row.data.clear();
             row.salt.clear();
             return true;
         })},
        {"an unreadable row", {format}, rewrites(&EventRow::unreadable, "the version is a text")},
    };
}

} // namespace evenfold::tests::chain
