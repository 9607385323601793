/// From a journal to a model: the fold of all that is stored, however long.
/// Shape: events are read, decoded and folded one by one, so memory is the model's alone.
/// Errors: a journal that cannot be read, or an event that cannot be decoded, named by its sequence.
#pragma once

#include <functional>
#include <limits>
#include <span>
#include <type_traits>
#include <variant>

#include "evenfold/codec/event.hpp"
#include "evenfold/core/domain.hpp"
#include "evenfold/core/events/unknown.hpp"
#include "evenfold/journal/journal.hpp"
#include "evenfold/kernel/read_ahead.hpp"

namespace evenfold::kernel {

/// A model, and how far into the journal it has come.
template <Domain D>
struct Replayed {
    typename D::Model model{};
    Sequence head = 0;                // the last event folded
    std::uint64_t unknown_events = 0; // kept, and folded to nothing, for this build does not know them
};

/// Whether a variant of events has a place for those that this build does not know.
template <class Event>
inline constexpr bool keeps_unknown = false;
template <class... Alternative>
inline constexpr bool keeps_unknown<std::variant<Alternative...>> = (std::is_same_v<Alternative, Unknown> || ...);

/// The upcasters of D, if it has any.
template <Domain D>
[[nodiscard]] std::span<const codec::Upcaster> upcasters_of() {
    hooks::check_upcasters<D, codec::Upcaster>();
    if constexpr (HasUpcasters<D, codec::Upcaster>)
        return D::upcasters();
    else
        return {};
}

/// What reads the events of D, made once.
template <Domain D>
[[nodiscard]] const codec::EventReader& event_reader() {
    static const codec::EventReader reader(shape_of<typename D::Event>(), upcasters_of<D>());
    return reader;
}

/// That event `sequence` cannot be decoded: it names the sequence and what is wrong with the payload.
[[nodiscard]] journal::Failure undecodable(Sequence sequence, const codec::DecodeError& error);

/// The event that `record` holds.
template <Domain D>
[[nodiscard]] std::expected<StoredEvent<typename D::Event>, journal::Failure> event_of(const journal::Record& record) {
    StoredEvent<typename D::Event> event{.sequence = record.sequence,
                                         .stream = record.stream,
                                         .version = record.version,
                                         .command = record.command,
                                         .index = record.index,
                                         .actor = record.actor,
                                         .cause = record.cause,
                                         .correlation = record.correlation,
                                         .at = record.at,
                                         .stored_at = record.stored_at,
                                         .body = {},
                                         .unknown_fields = {}};
    auto unknown =
        event_reader<D>().read(&event.body, {.type = record.type, .version = record.type_version, .data = record.data});
    if (!unknown) return std::unexpected(undecodable(record.sequence, unknown.error()));
    event.unknown_fields = std::move(*unknown);
    return event;
}

/// Visits payloads from a sequence on, as Journal::read_payloads does.
using ReadPayloads = std::function<std::expected<void, journal::Failure>(Sequence, const journal::VisitPayload&)>;

/// Takes `state` on to the event `until`, or to the last that `read` visits where that comes first. After a failure it
/// has come to the last event that could be read.
template <Domain D>
[[nodiscard]] std::optional<journal::Failure>
advance_by(const ReadPayloads& read, Replayed<D>& state, Sequence until = std::numeric_limits<Sequence>::max()) {
    std::optional<journal::Failure> failure;
    typename D::Event event;
    const codec::EventReader& reader = event_reader<D>();
    const auto done = read(state.head + 1, [&](const journal::Payload& payload) {
        if (payload.sequence > until) return false;
        const auto unknown_fields =
            reader.read(&event, {.type = payload.type, .version = payload.type_version, .data = payload.data});
        if (!unknown_fields) {
            failure = undecodable(payload.sequence, unknown_fields.error());
            return false;
        }
        if constexpr (keeps_unknown<typename D::Event>) {
            if (std::holds_alternative<Unknown>(event)) ++state.unknown_events;
        }
        state.model = D::project(std::move(state.model), event);
        state.head = payload.sequence;
        return true;
    });
    if (!done) return done.error();
    return failure;
}

/// The same to the head of `journal`, in this thread.
template <Domain D>
[[nodiscard]] std::optional<journal::Failure>
advance(journal::Journal& journal, Replayed<D>& state, Sequence until = std::numeric_limits<Sequence>::max()) {
    return advance_by<D>(
        [&](Sequence from, const journal::VisitPayload& visit) { return journal.read_payloads(from, visit); }, state,
        until);
}

/// `from`, taken on to the event `until`, or to the head where that comes first. Where it is long, and there is a
/// second processor, a second thread reads the journal meanwhile; D is asked in this thread only.
template <Domain D>
[[nodiscard]] std::expected<Replayed<D>, journal::Failure>
replay(journal::Journal& journal, Replayed<D> from = {}, Sequence until = std::numeric_limits<Sequence>::max()) {
    const auto ahead = [&](Sequence first, const journal::VisitPayload& visit) {
        return read_ahead(journal, first, visit);
    };
    if (auto failure = advance_by<D>(ahead, from, until)) return std::unexpected(std::move(*failure));
    return from;
}

} // namespace evenfold::kernel
