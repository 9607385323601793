#include "evenfold/cli/output/session_refs.hpp"

#include "evenfold/cli/domains/orchestration_kernel.hpp"
#include "evenfold/cli/output/report.hpp"

namespace evenfold::cli {

using namespace orchestration;

bool SessionRefs::needs(std::string_view type) {
    return type == "SessionBound" || type == "TurnDispatched";
}

void SessionRefs::add(const Event& event) {
    if (const auto* bound = std::get_if<SessionBound>(&event))
        sessions_[bound->thread].insert_or_assign(bound->epoch,
                                                  KnownSession{.ref = bound->session_ref, .folder = bound->folder});
    if (const auto* sent = std::get_if<TurnDispatched>(&event)) epochs_.insert_or_assign(sent->turn, sent->epoch);
}

std::expected<SessionRefs, ExitCode> SessionRefs::read(journal::Journal& journal, Sequence until) {
    const auto cursor = journal.open_cursor({.at_most = until, .payload_only = true});
    if (!cursor) return std::unexpected(report_error(cursor.error()));
    SessionRefs refs;
    journal::EventPage page;
    for (;;) {
        const auto has_events = (*cursor)->next(page);
        if (!has_events) return std::unexpected(report_error(has_events.error()));
        if (!*has_events) return refs;
        for (const auto& [sequence, type, type_version, data, removed] : page.payloads()) {
            if (removed || !needs(type)) continue;
            Event event;
            const codec::StoredView stored{.type = type, .version = type_version, .data = data};
            const auto decoded = kernel::kernel_domain<Domain>().reader().read(&event, stored);
            if (!decoded)
                return std::unexpected(report_error(kernel::decode_failure(sequence, stored, decoded.error())));
            refs.add(event);
        }
    }
}

std::optional<std::string> SessionRefs::of(const Thread& thread) const {
    const auto found = sessions_.find(thread.id);
    if (found == sessions_.end()) return std::nullopt;
    return found->second.rbegin()->second.ref;
}

const SessionRefs::KnownSession* SessionRefs::find(const Turn& turn) const {
    const auto epoch = epochs_.find(turn.id);
    const auto sessions = sessions_.find(turn.thread);
    if (epoch == epochs_.end() || sessions == sessions_.end()) return nullptr;
    const auto found = sessions->second.find(epoch->second);
    return found == sessions->second.end() ? nullptr : &found->second;
}

std::optional<std::string> SessionRefs::of(const Turn& turn) const {
    const KnownSession* session = find(turn);
    return session ? std::optional(session->ref) : std::nullopt;
}

std::optional<std::string> SessionRefs::folder_of(const Turn& turn) const {
    const KnownSession* session = find(turn);
    return session ? session->folder : std::nullopt;
}

} // namespace evenfold::cli
