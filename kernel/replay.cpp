#include "evenfold/kernel/replay.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <system_error>
#include <utility>

namespace evenfold::kernel {

journal::Failure decode_failure(Sequence sequence, const codec::DecodeError& error) {
    return {.kind = journal::FailureKind::damaged,
            .what = fmt::format("event {} cannot be read: {}", sequence, codec::to_text(error)),
            .remedy = "use the program that wrote it, because it may be a newer version or serve another domain; if "
                      "another program changed the journal, restore it from a backup"};
}

namespace {

/// Folds the events of pages into a state.
class EventFolder {
public:
    EventFolder(const AnyKernelDomain& domain, const AnyState& state)
        : domain_(domain), reader_(domain.reader()), event_(domain.new_event()), state_(state) {}

    [[nodiscard]] std::optional<journal::Failure> add(const journal::EventPage& page) {
        for (const journal::Payload& payload : page.payloads()) {
            const auto unknown_fields = reader_.read(
                event_.get(), {.type = payload.type, .version = payload.type_version, .data = payload.data});
            if (!unknown_fields) return decode_failure(payload.sequence, unknown_fields.error());
            project(domain_, state_, event_.get());
            *state_.head = payload.sequence;
        }
        return std::nullopt;
    }

private:
    const AnyKernelDomain& domain_;
    const codec::EventReader& reader_;
    AnyPointer event_;
    const AnyState& state_;
};

journal::Failure is_ahead(Sequence state, Sequence head) {
    return {.kind = journal::FailureKind::damaged,
            .what = fmt::format("the starting state is at event {}, but the journal ends at event {}", state, head),
            .remedy = "start from a state of this journal, or without one; if the journal was restored from an older "
                      "backup, the later events are lost"};
}

using OpenedCursor = std::expected<std::unique_ptr<journal::Cursor>, journal::Failure>;

/// Opens a cursor over the events after `state` up to `until`.
OpenedCursor open_after(journal::Journal& journal, const AnyState& state, Sequence until) {
    const Sequence head = *state.head;
    return journal.open_cursor({.from = head + 1, .at_most = until > head ? until - head : 0, .payload_only = true});
}

std::optional<journal::Failure> fold_here(journal::Cursor& cursor, const ReadAheadOptions& ahead, EventFolder folder) {
    journal::EventPage page(ahead.page);
    for (;;) {
        const auto has_events = cursor.next(page);
        if (!has_events) return has_events.error();
        if (!*has_events) return std::nullopt;
        if (auto failure = folder.add(page)) return failure;
    }
}

std::optional<journal::Failure> fold_ahead(ReadAhead& pages, EventFolder folder) {
    for (;;) {
        const auto page = pages.next();
        if (!page) return page.error();
        if (!*page) return std::nullopt;
        if (auto failure = folder.add(**page)) return failure;
    }
}

} // namespace

std::optional<journal::Failure>
advance(const AnyKernelDomain& domain, journal::Journal& journal, const AnyState& state, Sequence until) {
    const OpenedCursor cursor = open_after(journal, state, until);
    if (!cursor) return cursor.error();
    return fold_here(**cursor, {}, {domain, state});
}

std::optional<journal::Failure> replay(const AnyKernelDomain& domain, journal::Journal& journal, const AnyState& state,
                                       Sequence until, const ReadAheadOptions& ahead) {
    const OpenedCursor cursor = open_after(journal, state, until);
    if (!cursor) return cursor.error();
    if (*state.head > (*cursor)->head()) return is_ahead(*state.head, (*cursor)->head());
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
    return pages ? fold_ahead(*pages, {domain, state}) : fold_here(**cursor, ahead, {domain, state});
}

} // namespace evenfold::kernel
