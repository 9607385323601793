/// `replay`: folds the stored events of a journal into a model, without a kernel.
/// Events are read in pages, decoded and folded one by one, so memory holds the model and a few pages. The functions of
/// the domain are called in the calling thread only.
/// Errors: a journal that cannot be read; an event that cannot be decoded, or on which the domain throws, with its
/// sequence; a domain with personal fields without the sealer that opens them.
///
///     auto state = kernel::replay<Counter>(journal); // all events so far
///     if (!state) return report(state.error().what);
///     assert(state->model.value == 60 && state->head == 1);
///     if (auto failure = kernel::advance<Counter>(journal, *state)) report(failure->what); // the later ones
#pragma once

#include <limits>
#include <optional>
#include <utility>

#include "evenfold/codec/event.hpp"
#include "evenfold/codec/personal/sealer.hpp"
#include "evenfold/core/domain.hpp"
#include "evenfold/journal/journal.hpp"
#include "evenfold/kernel/engine/state.hpp"
#include "evenfold/kernel/read_ahead.hpp"

namespace evenfold::kernel {

/// Returns the failure that event `sequence` cannot be decoded, with the error in its payload and a remedy.
[[nodiscard]] journal::Failure
decode_failure(Sequence sequence, const codec::StoredView& stored, const codec::DecodeError& error);

/// Returns the erasures that a model reflects if it is folded from now on.
[[nodiscard]] Erasures present_erasures(const journal::JournalPosition& position, codec::Sealer* sealer);

/// Returns the failure that event `sequence` has no payload any more.
[[nodiscard]] journal::Failure removed_failure(Sequence sequence, std::string_view type);

/// Decodes the event of `record`. `sealer` opens its personal values. Fails if its payload was removed, so check
/// `record.removed` first.
template <Domain D>
[[nodiscard]] std::expected<StoredEvent<typename D::Event>, journal::Failure>
event_of(const journal::Record& record, codec::Sealer* sealer = nullptr) {
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
    if (record.removed) return std::unexpected(removed_failure(record.sequence, record.type));
    const codec::StoredView stored{.type = record.type, .version = record.type_version, .data = record.data};
    auto unknown = kernel_domain<D>().reader().read(&event.body, stored, sealer);
    if (!unknown) return std::unexpected(decode_failure(record.sequence, stored, unknown.error()));
    event.unknown_fields = std::move(*unknown);
    return event;
}

inline constexpr Sequence to_the_head = std::numeric_limits<Sequence>::max();

/// The functions below for a domain without its types.
[[nodiscard]] std::optional<journal::Failure> advance(const AnyKernelDomain& domain, journal::Journal& journal,
                                                      const AnyState& state, Sequence until = to_the_head,
                                                      codec::Sealer* sealer = nullptr);
[[nodiscard]] std::optional<journal::Failure>
replay(const AnyKernelDomain& domain, journal::Journal& journal, const AnyState& state, Sequence until = to_the_head,
       const ReadAheadOptions& ahead = {}, codec::Sealer* sealer = nullptr);

/// Advances `state` to the event `until`, or to the head of `journal` if that comes first, in this thread. After a
/// failure the state is that of the last event that could be read. If D threw, it is the state before the first event.
template <Domain D>
[[nodiscard]] std::optional<journal::Failure> advance(journal::Journal& journal, ReplayedModel<D>& state,
                                                      Sequence until = to_the_head, codec::Sealer* sealer = nullptr) {
    return advance(kernel_domain<D>(), journal, members_of(state), until, sealer);
}

/// Returns `from`, advanced to the event `until`, or to the head if that comes first. If payloads were erased after
/// `from` was folded, it is discarded, and all events are folded again. Removed events are counted, and not folded. If
/// there are many events and a second processor, a second thread reads the journal meanwhile. Functions of D are called
/// only in this thread. `sealer` opens personal values; if it has erased some since, all events are folded again, too.
template <Domain D>
[[nodiscard]] std::expected<ReplayedModel<D>, journal::Failure>
replay(journal::Journal& journal, ReplayedModel<D> from = {}, Sequence until = to_the_head,
       codec::Sealer* sealer = nullptr) {
    if (auto failure = replay(kernel_domain<D>(), journal, members_of(from), until, {}, sealer))
        return std::unexpected(std::move(*failure));
    return from;
}

} // namespace evenfold::kernel
