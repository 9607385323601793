#include "evenfold/storage/postgres/failure.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace evenfold::storage::postgres {

namespace {

struct StateKind {
    std::string_view prefix; // of the SQLSTATE; the first row that fits decides
    FailureKind kind;
};

constexpr std::array<StateKind, 27> state_kinds{{
    {"08", FailureKind::disconnected},    {"22P05", FailureKind::damaged},
    {"23", FailureKind::damaged},      // a constraint, or the trigger that refuses changes
    {"25006", FailureKind::read_only}, // a standby, or a read-only transaction
    {"25P03", FailureKind::disconnected}, {"28", FailureKind::denied},
    {"3D000", FailureKind::not_found},    {"40", FailureKind::busy},
    {"42501", FailureKind::denied},       {"42", FailureKind::damaged}, // the tables do not match the statement
    {"3F000", FailureKind::damaged},      {"53100", FailureKind::full},
    {"53300", FailureKind::busy},         {"53400", FailureKind::full},
    {"54", FailureKind::too_large},       {"55P03", FailureKind::busy},
    {"55006", FailureKind::busy},         {"57014", FailureKind::stopped},
    {"57P01", FailureKind::disconnected}, {"57P02", FailureKind::disconnected},
    {"57P03", FailureKind::unreachable},  {"57P04", FailureKind::not_found},
    {"57P05", FailureKind::disconnected}, {"58030", FailureKind::input_output},
    {"58P01", FailureKind::damaged}, // a file of the server is missing
    {"XX001", FailureKind::damaged},      {"XX002", FailureKind::damaged},
}};

std::string_view remedy_of(FailureKind kind) {
    switch (kind) {
    case FailureKind::unreachable:
        return "Check the host and the port, and that the server runs and accepts connections.";
    case FailureKind::denied:
        return "Check the user, the password (PGPASSFILE or ~/.pgpass) and the roles that are granted to the user.";
    case FailureKind::disconnected:
        return "Try again: the same batches are stored once, whatever the outcome of the lost operation was.";
    case FailureKind::not_found: return "Check the name of the database, or create it first.";
    case FailureKind::read_only: return "Connect to the primary server, or open the journal read-only.";
    case FailureKind::busy: return "Wait until the other connections have finished, then try again.";
    case FailureKind::full: return "Free space on the server, then try again; nothing stored is lost.";
    case FailureKind::too_large: return "Split the event, or store the bytes elsewhere and keep only their name.";
    case FailureKind::damaged: return "Compare the database with a backup before you write to it.";
    default: return "Check the log of the server, and which events are stored, before you try again.";
    }
}

} // namespace

FailureKind kind_of_state(std::string_view state) {
    const auto* const row = std::ranges::find_if(
        state_kinds, [state](const StateKind& candidate) { return state.starts_with(candidate.prefix); });
    return row == state_kinds.end() ? FailureKind::input_output : row->kind;
}

bool ends_connection(std::string_view state) {
    return kind_of_state(state) == FailureKind::disconnected;
}

std::string one_line(std::string_view message) {
    std::string line;
    while (!message.empty()) {
        const std::size_t end = std::min(message.find('\n'), message.size());
        const std::string_view part = message.substr(0, end);
        message.remove_prefix(std::min(end + 1, message.size()));
        if (part.empty() || part.starts_with("LOCATION:")) continue;
        if (!line.empty()) line += "; ";
        line += part;
    }
    return line;
}

Failure failure_of(std::string_view place, std::string_view operation, const ServerError& error) {
    const FailureKind kind = kind_of_state(error.state);
    std::string what = fmt::format("{}: {}: {}", place, operation, one_line(error.message));
    if (!error.state.empty()) what += fmt::format(" (SQLSTATE {})", error.state);
    return {.kind = kind, .what = std::move(what), .remedy = std::string(remedy_of(kind))};
}

Failure lost(std::string_view place, std::string_view operation, std::string_view message) {
    return {.kind = FailureKind::disconnected,
            .what = fmt::format("{}: {}: the connection was lost: {}", place, operation, one_line(message)),
            .remedy = std::string(remedy_of(FailureKind::disconnected))};
}

Failure damaged(std::string_view place, std::string_view what) {
    return {.kind = FailureKind::damaged,
            .what = fmt::format("{}: {}", place, what),
            .remedy = std::string(remedy_of(FailureKind::damaged))};
}

} // namespace evenfold::storage::postgres
