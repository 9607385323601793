/// From a journal to a model: the fold of all that is stored, however long.
/// Shape: events are read, decoded and folded one by one, so memory is the model's alone.
/// Errors: a journal that cannot be read, or an event that cannot be decoded, named by its sequence.
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include "evenfold/codec/event.hpp"
#include "evenfold/core/domain.hpp"
#include "evenfold/journal/journal.hpp"
#include "evenfold/kernel/engine/state.hpp"
#include "evenfold/kernel/read_ahead.hpp"

namespace evenfold::kernel {

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
    auto unknown = kernel_domain<D>().reader().read(
        &event.body, {.type = record.type, .version = record.type_version, .data = record.data});
    if (!unknown) return std::unexpected(undecodable(record.sequence, unknown.error()));
    event.unknown_fields = std::move(*unknown);
    return event;
}

/// Visits payloads from a sequence on, as Journal::read_payloads does.
using ReadPayloads = std::function<std::expected<void, journal::Failure>(Sequence, const journal::VisitPayload&)>;

/// As the functions below, for a domain without its types.
[[nodiscard]] std::optional<journal::Failure>
advance_by(const AnyKernelDomain& domain, const ReadPayloads& read, const AnyState& state, Sequence until);
[[nodiscard]] std::optional<journal::Failure> advance(const AnyKernelDomain& domain, journal::Journal& journal,
                                                      const AnyState& state,
                                                      Sequence until = std::numeric_limits<Sequence>::max());
[[nodiscard]] std::optional<journal::Failure> replay(const AnyKernelDomain& domain, journal::Journal& journal,
                                                     const AnyState& state,
                                                     Sequence until = std::numeric_limits<Sequence>::max());

/// Takes `state` on to the event `until`, or to the last that `read` visits where that comes first. After a failure it
/// has come to the last event that could be read.
template <Domain D>
[[nodiscard]] std::optional<journal::Failure>
advance_by(const ReadPayloads& read, Replayed<D>& state, Sequence until = std::numeric_limits<Sequence>::max()) {
    return advance_by(kernel_domain<D>(), read, members_of(state), until);
}

/// The same to the head of `journal`, in this thread.
template <Domain D>
[[nodiscard]] std::optional<journal::Failure>
advance(journal::Journal& journal, Replayed<D>& state, Sequence until = std::numeric_limits<Sequence>::max()) {
    return advance(kernel_domain<D>(), journal, members_of(state), until);
}

/// `from`, taken on to the event `until`, or to the head where that comes first. Where it is long, and there is a
/// second processor, a second thread reads the journal meanwhile; D is asked in this thread only.
template <Domain D>
[[nodiscard]] std::expected<Replayed<D>, journal::Failure>
replay(journal::Journal& journal, Replayed<D> from = {}, Sequence until = std::numeric_limits<Sequence>::max()) {
    if (auto failure = replay(kernel_domain<D>(), journal, members_of(from), until))
        return std::unexpected(std::move(*failure));
    return from;
}

} // namespace evenfold::kernel
