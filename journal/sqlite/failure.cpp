#include "evenfold/journal/sqlite/failure.hpp"

#include <cerrno>
#include <fmt/format.h>
#include <sqlite3.h>
#include <system_error>

namespace evenfold::journal::sqlite {

namespace {

FailureKind kind_of_system(int error) {
    switch (error) {
    case ENOENT:
    case ENOTDIR: return FailureKind::not_found;
    case EACCES:
    case EPERM:
    case EROFS: return FailureKind::read_only;
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return FailureKind::full;
    default: return FailureKind::input_output;
    }
}

FailureKind kind_of(const Trouble& trouble) {
    switch (trouble.code & 0xff) {
    case SQLITE_FULL: return FailureKind::full;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return FailureKind::busy;
    case SQLITE_ERROR: // of the statement: the tables are not what it was written for
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_CORRUPT: return FailureKind::damaged;
    case SQLITE_TOOBIG: return FailureKind::too_large;
    case SQLITE_NOTADB: return FailureKind::not_a_journal;
    case SQLITE_READONLY:
    case SQLITE_PERM: return FailureKind::read_only;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN: return kind_of_system(trouble.system_error);
    default: return FailureKind::input_output;
    }
}

std::string remedy_of(FailureKind kind) {
    switch (kind) {
    case FailureKind::not_found: return "Check the path, or make the journal first.";
    case FailureKind::not_a_journal: return "Name another file; this one is left as it is.";
    case FailureKind::other_domain: return "Name a journal of that domain, or a new file.";
    case FailureKind::newer_version: return "Use the evenfold that wrote it, or a later one.";
    case FailureKind::weaker: return "Put the journal on a local file system that supports locks and shared memory.";
    case FailureKind::read_only: return "Grant write access to the file and its folder, or open the journal read only.";
    case FailureKind::full:
        return "Free space, or raise the limit of file size, then try again; nothing stored is lost.";
    case FailureKind::too_large: return "Split it, or keep the bytes elsewhere and store their name.";
    case FailureKind::busy: return "Let the other writer finish, then try again.";
    case FailureKind::damaged: return "Keep a copy of the file, run `PRAGMA integrity_check` on it, restore a backup.";
    case FailureKind::input_output:
        return "Check the disk and the system's log; read the journal before you try again.";
    }
    return {};
}

/// No evenfold: those take turns outside of SQLite, and wait for each other there.
std::string remedy_of_lock() {
    return "Another program than evenfold holds SQLite's lock on the file: close it there, then try again.";
}

std::string remedy_of(const Trouble& trouble, FailureKind kind) {
    if (trouble.code == SQLITE_NOMEM) return "Give the process more memory, then try again.";
    if (trouble.system_error == EMFILE || trouble.system_error == ENFILE)
        return "Raise the limit of open files (ulimit -n), or close some, then try again.";
    return kind == FailureKind::busy ? remedy_of_lock() : remedy_of(kind);
}

std::string words_of(int system_error) {
    return std::error_code(system_error, std::generic_category()).message();
}

} // namespace

Failure failure_of(const std::filesystem::path& file, std::string_view place, const Trouble& trouble) {
    const FailureKind kind = kind_of(trouble);
    std::string what = fmt::format("{}: {}: {} (SQLite {}", file.string(), place, trouble.message, trouble.code);
    if (trouble.system_error != 0) what += fmt::format(", {}", words_of(trouble.system_error));
    return {.kind = kind, .what = what + ")", .remedy = remedy_of(trouble, kind)};
}

Failure failure_of(const std::filesystem::path& file, std::string_view place, int system_error) {
    const FailureKind kind = kind_of_system(system_error);
    return {.kind = kind,
            .what = fmt::format("{}: {}: {}", file.string(), place, words_of(system_error)),
            .remedy = remedy_of(Trouble{.code = 0, .system_error = system_error, .message = {}}, kind)};
}

Failure not_a_journal(const std::filesystem::path& file, std::string_view because) {
    return {.kind = FailureKind::not_a_journal,
            .what = fmt::format("{}: not an evenfold journal: {}", file.string(), because),
            .remedy = remedy_of(FailureKind::not_a_journal)};
}

Failure damaged(const std::filesystem::path& file, std::string_view place) {
    return {.kind = FailureKind::damaged,
            .what = fmt::format("{}: {}", file.string(), place),
            .remedy = remedy_of(FailureKind::damaged)};
}

} // namespace evenfold::journal::sqlite
