/// From a journal to a model: the fold of all that is stored, however long.
/// Shape: events are read, decoded and folded one by one, so memory is the model's alone.
/// Errors: a journal that cannot be read, or an event that cannot be decoded, named by its sequence.
#pragma once

#include <fmt/format.h>

#include <limits>
#include <span>
#include <type_traits>
#include <variant>

#include "evenfold/codec/event.hpp"
#include "evenfold/core/domain.hpp"
#include "evenfold/core/events/unknown.hpp"
#include "evenfold/journal/journal.hpp"

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

/// The event that `record` holds. A failure names the sequence and what is wrong with the payload.
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
    auto unknown = codec::from_stored(shape_of<typename D::Event>(), &event.body,
                                      {.type = record.type, .version = record.type_version, .data = record.data},
                                      upcasters_of<D>());
    if (!unknown) {
        return std::unexpected(journal::Failure{
            .kind = journal::FailureKind::damaged,
            .what = fmt::format("event {} cannot be read: {}", record.sequence, codec::to_text(unknown.error())),
            .remedy = "use the program and the build that wrote it, for it may be a later one or of another domain; "
                      "or restore the journal from a copy, if something else has changed it"});
    }
    event.unknown_fields = std::move(*unknown);
    return event;
}

/// Takes `state` on to the event `until`, or to the head where that comes first. After a failure it has come to the
/// last event that could be read.
template <Domain D>
[[nodiscard]] std::optional<journal::Failure>
advance(journal::Journal& journal, Replayed<D>& state, Sequence until = std::numeric_limits<Sequence>::max()) {
    std::optional<journal::Failure> failure;
    const auto read = journal.read(state.head + 1, [&](const journal::Record& record) {
        if (record.sequence > until) return false;
        auto event = event_of<D>(record);
        if (!event) {
            failure = std::move(event.error());
            return false;
        }
        if constexpr (keeps_unknown<typename D::Event>) {
            if (std::holds_alternative<Unknown>(event->body)) ++state.unknown_events;
        }
        state.model = D::project(std::move(state.model), event->body);
        state.head = record.sequence;
        return true;
    });
    if (!read) return read.error();
    return failure;
}

/// `from`, taken on to the event `until`, or to the head where that comes first.
template <Domain D>
[[nodiscard]] std::expected<Replayed<D>, journal::Failure>
replay(journal::Journal& journal, Replayed<D> from = {}, Sequence until = std::numeric_limits<Sequence>::max()) {
    if (auto failure = advance<D>(journal, from, until)) return std::unexpected(std::move(*failure));
    return from;
}

} // namespace evenfold::kernel
