#include "evenfold/storage/sqlite/failure.hpp"

#include <cerrno>
#include <fmt/format.h>
#include <sqlite3.h>

namespace evenfold::storage::sqlite {

namespace {

/// An errno that SQLite kept from an earlier call may be of a missing file; an open file that fails is not missing.
FailureKind kind_of_io_error(int system_error) {
    const FailureKind kind = system::kind_of_errno(system_error);
    return kind == FailureKind::not_found ? FailureKind::input_output : kind;
}

FailureKind kind_of(const SqliteError& error) {
    switch (error.code & 0xff) {
    case SQLITE_FULL: return FailureKind::full;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return FailureKind::busy;
    case SQLITE_ERROR: // of the statement: the tables do not match it
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_CORRUPT: return FailureKind::damaged;
    case SQLITE_TOOBIG: return FailureKind::too_large;
    case SQLITE_NOTADB: return FailureKind::not_a_journal;
    case SQLITE_READONLY:
    case SQLITE_PERM: return FailureKind::read_only;
    case SQLITE_CANTOPEN: return system::kind_of_errno(error.system_error);
    case SQLITE_IOERR: return kind_of_io_error(error.system_error);
    default: return FailureKind::input_output;
    }
}

std::string remedy_of(FailureKind kind) {
    switch (kind) {
    case FailureKind::not_found: return "Check the path, or create the file first.";
    case FailureKind::not_a_journal: return "Pass another path; this file was not changed.";
    case FailureKind::read_only: return "Grant write access to the file and its folder, or open it read-only.";
    case FailureKind::full:
        return "Free space, or raise the limit on file sizes, then try again; nothing stored is lost.";
    case FailureKind::too_large: return "Split the event, or store the bytes elsewhere and keep only their name.";
    case FailureKind::busy: return "Wait until the other writer has finished, then try again.";
    case FailureKind::damaged: return "Copy the file, run `PRAGMA integrity_check` on the copy, and restore a backup.";
    default: return "Check the disk and the system log, and which events are stored, before you try again.";
    }
}

/// Returns the remedy for a lock of SQLite. Its holder is not evenfold, whose processes wait for the WriterLock.
std::string remedy_of_lock() {
    return "Another program, not evenfold, holds SQLite's lock on the file. Close it there, then try again.";
}

std::string remedy_of(const SqliteError& error, FailureKind kind) {
    if (error.code == SQLITE_NOMEM) return "Give the process more memory, then try again.";
    if (error.system_error == EMFILE || error.system_error == ENFILE)
        return "Raise the limit on open files (ulimit -n), or close some, then try again.";
    return kind == FailureKind::busy ? remedy_of_lock() : remedy_of(kind);
}

} // namespace

Failure failure_of(const std::filesystem::path& file, std::string_view operation, const SqliteError& error) {
    const FailureKind kind = kind_of(error);
    std::string what = fmt::format("{}: {}: {} (SQLite {}", file.string(), operation, error.message, error.code);
    if (error.system_error != 0) what += fmt::format(", {}", system::message_of_errno(error.system_error));
    return {.kind = kind, .what = what + ")", .remedy = remedy_of(error, kind)};
}

Failure failure_of(const std::filesystem::path& file, std::string_view operation, int system_error) {
    const FailureKind kind = system::kind_of_errno(system_error);
    return {.kind = kind,
            .what = fmt::format("{}: {}: {}", file.string(), operation, system::message_of_errno(system_error)),
            .remedy = remedy_of({.code = 0, .system_error = system_error, .message = {}}, kind)};
}

Failure damaged(const std::filesystem::path& file, std::string_view what) {
    return {.kind = FailureKind::damaged,
            .what = fmt::format("{}: {}", file.string(), what),
            .remedy = remedy_of(FailureKind::damaged)};
}

} // namespace evenfold::storage::sqlite
