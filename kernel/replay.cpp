#include "evenfold/kernel/replay.hpp"

#include <fmt/format.h>

namespace evenfold::kernel {

journal::Failure undecodable(Sequence sequence, const codec::DecodeError& error) {
    return {.kind = journal::FailureKind::damaged,
            .what = fmt::format("event {} cannot be read: {}", sequence, codec::to_text(error)),
            .remedy = "use the program and the build that wrote it, for it may be a later one or of another domain; "
                      "or restore the journal from a copy, if something else has changed it"};
}

std::optional<journal::Failure>
advance_by(const AnyKernelDomain& domain, const ReadPayloads& read, const AnyState& state, Sequence until) {
    std::optional<journal::Failure> failure;
    const AnyPointer event = domain.new_event();
    const codec::EventReader& reader = domain.reader();
    const auto done = read(*state.head + 1, [&](const journal::Payload& payload) {
        if (payload.sequence > until) return false;
        const auto unknown_fields =
            reader.read(event.get(), {.type = payload.type, .version = payload.type_version, .data = payload.data});
        if (!unknown_fields) {
            failure = undecodable(payload.sequence, unknown_fields.error());
            return false;
        }
        if (domain.is_unknown(event.get())) ++*state.unknown_events;
        domain.project(state.model, event.get());
        *state.head = payload.sequence;
        return true;
    });
    if (!done) return done.error();
    return failure;
}

std::optional<journal::Failure>
advance(const AnyKernelDomain& domain, journal::Journal& journal, const AnyState& state, Sequence until) {
    const auto read = [&](Sequence from, const journal::VisitPayload& visit) {
        return journal.read_payloads(from, visit);
    };
    return advance_by(domain, read, state, until);
}

std::optional<journal::Failure>
replay(const AnyKernelDomain& domain, journal::Journal& journal, const AnyState& state, Sequence until) {
    const auto ahead = [&](Sequence first, const journal::VisitPayload& visit) {
        return read_ahead(journal, first, visit);
    };
    return advance_by(domain, ahead, state, until);
}

} // namespace evenfold::kernel
