#include "evenfold/system/failure.hpp"

#include <array>
#include <cerrno>
#include <fmt/format.h>
#include <span>
#include <system_error>

namespace evenfold::system {

namespace {

struct KindProperties {
    FailureKind kind;
    std::string_view name;
    int exit_code;
    int http_status;
};

constexpr std::array rows = [] {
    using enum FailureKind;
    return std::to_array<KindProperties>({
        {not_found, "not_found", 3, 404},
        {not_a_journal, "not_a_journal", 3, 500},
        {other_domain, "other_domain", 3, 500},
        {newer_version, "newer_version", 3, 500},
        {weaker, "weaker", 3, 500},
        {unsigned_writer, "unsigned_writer", 1, 409},
        {read_only, "read_only", 3, 405},
        {unreadable, "unreadable", 3, 500},
        {full, "full", 3, 507},
        {too_large, "too_large", 3, 413},
        {busy, "busy", 3, 503},
        {stopped, "stopped", 3, 503},
        {damaged, "damaged", 4, 500},
        {erased, "erased", 1, 410},
        {unsafe, "unsafe", 3, 409},
        {not_a_repository, "not_a_repository", 3, 409},
        {bare, "bare", 3, 409},
        {foreign_owner, "foreign_owner", 3, 403},
        {unsupported, "unsupported", 3, 501},
        {invalid, "invalid", 1, 422},
        {in_the_way, "in_the_way", 1, 409},
        {no_identity, "no_identity", 3, 409},
        {nothing_to_commit, "nothing_to_commit", 1, 409},
        {unfinished, "unfinished", 1, 409},
        {exists, "exists", 1, 409},
        {unsaved, "unsaved", 1, 409},
        {not_started, "not_started", 1, 502},
        {ended, "ended", 1, 502},
        {input_closed, "input_closed", 1, 502},
        {input_full, "input_full", 1, 503},
        {no_input, "no_input", 1, 409},
        {not_asked, "not_asked", 1, 409},
        {not_fitting, "not_fitting", 1, 422},
        {inconsistent, "inconsistent", 1, 409},
        {unreachable, "unreachable", 3, 503},
        {denied, "denied", 3, 500},
        {disconnected, "disconnected", 3, 503},
        {fenced, "fenced", 3, 409},
        {defect, "defect", 3, 500},
        {input_output, "input_output", 3, 500},
    });
}();

/// Returns whether each kind up to `input_output`, the last, has its row at its index, with valid codes.
consteval bool is_complete(std::span<const KindProperties> table) {
    if (table.size() != static_cast<std::size_t>(FailureKind::input_output) + 1) return false;
    for (std::size_t index = 0; index < table.size(); ++index) {
        const KindProperties& row = table[index];
        if (row.kind != static_cast<FailureKind>(index) || row.name.empty()) return false;
        if (row.exit_code != 1 && row.exit_code != 3 && row.exit_code != 4) return false;
        if (row.http_status < 400 || row.http_status > 599) return false;
    }
    return true;
}

static_assert(is_complete(rows), "each FailureKind needs its row, in the order of the enumeration");
static_assert(!is_complete(std::span(rows).first<rows.size() - 1>()), "a kind without a row must be detected");
static_assert(!is_complete(std::span(rows).last<rows.size() - 1>()), "a row at a wrong index must be detected");

std::string_view remedy_of(FailureKind kind, int error) {
    if (error == EMFILE || error == ENFILE)
        return "Raise the limit on open files (ulimit -n), or close some, then try again.";
    switch (kind) {
    case FailureKind::not_found: return "Check the path; the file may have been moved or removed.";
    case FailureKind::read_only: return "Grant write access to it, then try again.";
    case FailureKind::full: return "Free space, then try again; nothing stored is lost.";
    default: return "Check the disk and the system log, then try again.";
    }
}

const KindProperties& row_of(FailureKind kind) {
    return rows.at(static_cast<std::size_t>(kind));
}

} // namespace

std::string_view name_of(FailureKind kind) {
    return row_of(kind).name;
}

int exit_code_of(FailureKind kind) {
    return row_of(kind).exit_code;
}

int http_status_of(FailureKind kind) {
    return row_of(kind).http_status;
}

FailureKind kind_of_errno(int error) {
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

std::string message_of_errno(int error) {
    return std::generic_category().message(error);
}

Failure failure_of(const std::filesystem::path& file, std::string_view operation, int error) {
    const FailureKind kind = kind_of_errno(error);
    return {.kind = kind,
            .what = fmt::format("{}: {}: {}", file.string(), operation, message_of_errno(error)),
            .remedy = std::string(remedy_of(kind, error))};
}

} // namespace evenfold::system
