#include "evenfold/kernel/replay.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <system_error>
#include <utility>

#include "evenfold/kernel/engine/defect.hpp"

namespace evenfold::kernel {

namespace {

std::string remedy_of(const codec::StoredView& stored, codec::DecodeErrorKind kind) {
    using Kind = codec::DecodeErrorKind;
    constexpr std::string_view restore = "if another program changed the journal, restore it from a backup";
    switch (kind) {
    case Kind::unknown_type:
        return "use the program that wrote it, because it may be a newer version or serve another domain; if this "
               "program has renamed the type, give it the old name as `stored_name`";
    case Kind::later_version: return "use the program that wrote it, because it is a newer version";
    case Kind::missing_upcaster:
        return fmt::format("add the missing upcaster to `upcasters()` of the domain, so that it can read {} version {}",
                           stored.type, stored.version);
    case Kind::damaged_box:
        return "restore the journal and the key store from backups: one of them was changed by another program";
    case Kind::unreadable_key:
        return "open the journal with the key store with which it was written; if keys were lost, restore the store "
               "from "
               "its own backup";
    case Kind::failed_upcaster:
        return fmt::format("correct the upcasters of {} from version {} on; {}", stored.type, stored.version, restore);
    default:
        return fmt::format(
            "if this program has changed {0}, raise its `stored_version` to {1} and add an upcaster from "
            "version {2}; if a newer program wrote the event, use that one; {3}",
            stored.type, stored.version + 1, stored.version, restore);
    }
}

} // namespace

journal::Failure removed_failure(Sequence sequence, std::string_view type) {
    return {.kind = journal::FailureKind::invalid,
            .what = fmt::format("event {} ({}) cannot be decoded: its payload was removed", sequence, type),
            .remedy = "skip the records that are `removed`"};
}

journal::Failure decode_failure(Sequence sequence, const codec::StoredView& stored, const codec::DecodeError& error) {
    const auto kind = [&] {
        if (error.kind == codec::DecodeErrorKind::missing_upcaster) return journal::FailureKind::defect;
        if (error.kind == codec::DecodeErrorKind::unreadable_key) return journal::FailureKind::not_found;
        return journal::FailureKind::damaged;
    };
    return {.kind = kind(),
            .what = fmt::format("event {} cannot be read: {}", sequence, codec::to_text(error)),
            .remedy = remedy_of(stored, error.kind)};
}

namespace {

/// Folds the events of pages into a state.
class EventFolder {
public:
    EventFolder(const AnyKernelDomain& domain, const AnyState& state, codec::Sealer* sealer)
        : domain_(domain), reader_(domain.reader()), event_(domain.new_event()), state_(state), sealer_(sealer) {}

    /// Resets the state if the domain throws, because its model may then be half changed.
    [[nodiscard]] std::optional<journal::Failure> add(const journal::EventPage& page) {
        const journal::Payload* current = nullptr;
        try {
            for (const journal::Payload& payload : page.payloads()) {
                current = &payload;
                if (auto failure = add(payload)) return failure;
            }
        } catch (...) {
            domain_.folding().reset(state_);
            return exception_failure(
                fmt::format("event {} ({}) could not be projected", current->sequence, current->type));
        }
        return std::nullopt;
    }

private:
    [[nodiscard]] std::optional<journal::Failure> add(const journal::Payload& payload) {
        if (payload.removed) {
            ++*state_.removed_events;
            *state_.head = payload.sequence;
            return std::nullopt;
        }
        const codec::StoredView stored{.type = payload.type, .version = payload.type_version, .data = payload.data};
        const auto unknown_fields = reader_.read(event_.get(), stored, sealer_);
        if (!unknown_fields) return decode_failure(payload.sequence, stored, unknown_fields.error());
        project(domain_, state_, event_.get());
        *state_.head = payload.sequence;
        return std::nullopt;
    }

    const AnyKernelDomain& domain_;
    const codec::EventReader& reader_;
    AnyPointer event_;
    const AnyState& state_;
    codec::Sealer* sealer_;
};

/// Makes the folder, for which the domain names its upcasters.
std::expected<EventFolder, journal::Failure>
make_folder(const AnyKernelDomain& domain, const AnyState& state, codec::Sealer* sealer) {
    try {
        return EventFolder(domain, state, sealer);
    } catch (...) {
        return std::unexpected(exception_failure("the upcasters of the domain could not be read"));
    }
}

journal::Failure is_ahead(Sequence state, Sequence head) {
    return {.kind = journal::FailureKind::damaged,
            .what = fmt::format("the starting state is at event {}, but the journal ends at event {}", state, head),
            .remedy = "start from a state of this journal, or without one; if the journal was restored from an older "
                      "backup, the later events are lost"};
}

bool stores_personal_values(const AnyKernelDomain& domain) {
    return codec::has_personal_fields(domain.event_shape()) || codec::has_personal_fields(domain.command_shape());
}

journal::Failure missing_sealer() {
    return {.kind = journal::FailureKind::defect,
            .what = "the domain has personal fields, which are only stored sealed, and the program has given no sealer",
            .remedy = "pass the key store of the journal as `sealer`, for example in KernelOptions"};
}

using OpenedCursor = std::expected<std::unique_ptr<journal::Cursor>, journal::Failure>;

/// Opens a cursor over the events after `state` up to `until`.
OpenedCursor open_after(journal::Journal& journal, const AnyState& state, Sequence until) {
    const Sequence head = *state.head;
    return journal.open_cursor({.from = head + 1, .at_most = until > head ? until - head : 0, .payload_only = true});
}

/// Takes note of the erasures that `state` reflects. Resets a state that was folded before the last one, because its
/// model may still have what was erased.
std::optional<journal::Failure> discard_if_erased(const AnyKernelDomain& domain, journal::Journal& journal,
                                                  const AnyState& state, codec::Sealer* sealer) {
    const auto position = journal.position();
    if (!position) return position.error();
    if (*state.head > position->head) return is_ahead(*state.head, position->head);
    const Erasures present = present_erasures(*position, sealer);
    if (*state.head > 0 && *state.erasures != present) domain.folding().reset(state);
    *state.erasures = present;
    return std::nullopt;
}

std::optional<journal::Failure> fold_here(journal::Cursor& cursor, const ReadAheadOptions& ahead, EventFolder& folder) {
    journal::EventPage page(ahead.page);
    for (;;) {
        const auto has_events = cursor.next(page);
        if (!has_events) return has_events.error();
        if (!*has_events) return std::nullopt;
        if (auto failure = folder.add(page)) return failure;
    }
}

std::optional<journal::Failure> fold_ahead(ReadAhead& pages, EventFolder& folder) {
    for (;;) {
        const auto page = pages.next();
        if (!page) return page.error();
        if (!*page) return std::nullopt;
        if (auto failure = folder.add(**page)) return failure;
    }
}

} // namespace

Erasures present_erasures(const journal::JournalPosition& position, codec::Sealer* sealer) {
    return {.of_journal = position.erasures, .of_sealer = sealer ? sealer->erasures() : 0};
}

std::optional<journal::Failure> advance(const AnyKernelDomain& domain, journal::Journal& journal, const AnyState& state,
                                        Sequence until, codec::Sealer* sealer) {
    if (*state.head == 0) {
        const auto position = journal.position();
        if (!position) return position.error();
        *state.erasures = present_erasures(*position, sealer);
    }
    const OpenedCursor cursor = open_after(journal, state, until);
    if (!cursor) return cursor.error();
    auto folder = make_folder(domain, state, sealer);
    if (!folder) return folder.error();
    return fold_here(**cursor, {}, *folder);
}

std::optional<journal::Failure> replay(const AnyKernelDomain& domain, journal::Journal& journal, const AnyState& state,
                                       Sequence until, const ReadAheadOptions& ahead, codec::Sealer* sealer) {
    if (!sealer && stores_personal_values(domain)) return missing_sealer();
    if (auto failure = discard_if_erased(domain, journal, state, sealer)) return failure;
    const OpenedCursor cursor = open_after(journal, state, until);
    if (!cursor) return cursor.error();
    auto folder = make_folder(domain, state, sealer);
    if (!folder) return folder.error();
    const Sequence end = std::min(until, (*cursor)->head());
    const bool is_long = end > *state.head && end - *state.head > ahead.single_thread_max;
    std::optional<ReadAhead> pages;
    if (is_long && ahead.processors >= 2) {
        try {
            pages.emplace(**cursor, ahead);
        } catch (const std::system_error&) {
            pages.reset(); // the system has no thread left: fold on this one
        }
    }
    return pages ? fold_ahead(*pages, *folder) : fold_here(**cursor, ahead, *folder);
}

} // namespace evenfold::kernel
