/// `Failure`: the one error type for I/O, other programs and stored files that are not valid. Every adapter above
/// returns it as an error value. A refusal by a domain ("rejection") is another type.
/// `kind` is for programs, `what` and `remedy` are for people. The table in failure.cpp gives each kind its name, its
/// exit code and its HTTP status.
///
///     std::expected<void, system::Failure> flush(const std::filesystem::path& file, int descriptor) {
///         if (::fsync(descriptor) != 0) return std::unexpected(system::failure_of(file, "flush", errno));
///         return {};
///     }
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace evenfold::system {

/// Append a kind before `input_output`, which stays last, and add its row to the table in failure.cpp.
enum class FailureKind : std::uint8_t {
    // of files and stored data
    not_found,       // a file, folder or named object does not exist
    not_a_journal,   // the file is something else
    other_domain,    // the journal keeps the events of another domain
    newer_version,   // written by a later evenfold
    weaker,          // the storage does not promise the requested durability
    unsigned_writer, // the journal is signed, and the writer has not the key in force
    read_only,
    unreadable, // a file or folder may not be read
    full,       // no space is left
    too_large,  // an event has more bytes than the storage accepts
    busy,       // another thread, process or program holds it
    stopped,    // the caller asked to stop before there was an effect
    damaged,    // stored bytes are not valid
    erased,     // the key of a person was destroyed: nothing personal can be stored about that person any more
    unsafe,     // a link, a mount or another user's file, where the data could be reached by a second name

    // of git repositories
    not_a_repository,  // the folder belongs to no repository
    bare,              // a repository without a work tree
    foreign_owner,     // the repository belongs to another user
    unsupported,       // a format, a filter or a version that evenfold cannot use
    invalid,           // a name or message that git does not accept
    in_the_way,        // a file would be overwritten that is in no checkpoint
    no_identity,       // git knows no name or mail address of the user
    nothing_to_commit, // the files are as in the last commit
    unfinished,        // a merge, a rebase or a conflict waits for the user
    exists,            // a worktree or branch of that name belongs to somebody else
    unsaved,           // removal would lose work

    // of other programs
    not_started,  // the program could not be started
    ended,        // the program has ended: nothing reaches it
    input_closed, // the program does not read its input, or its input was closed by us
    input_full,   // the program reads its input too slowly; the bytes were not accepted
    no_input,     // the program's format is not spoken over standard input
    not_asked,    // the program waits for no such reply
    not_fitting,  // the reply does not fit the program's question

    inconsistent, // a history does not continue the one that was recorded before it: it was cut, or is another one

    // of database servers
    unreachable,  // no server accepts connections there
    denied,       // the server refuses this user: a wrong password, or a permission that is missing
    disconnected, // the connection was lost; the outcome of its last operation is not known
    fenced,       // another writer has taken over; nothing was stored

    defect, // the program's own code is wrong: a domain threw an exception, or returned what cannot be stored

    input_output, // the disk or the operating system failed
};

/// `what` names the input and the place, `remedy` suggests an action to the user.
struct Failure {
    FailureKind kind = FailureKind::input_output;
    std::string what;
    std::string remedy;
    friend bool operator==(const Failure&, const Failure&) = default;
};

/// Returns the enumerator's own name, as in `"type": "not_found"`.
[[nodiscard]] std::string_view name_of(FailureKind kind);

/// Returns the exit code of a program: 1 refused or not proven, 3 environment, 4 input damaged.
[[nodiscard]] int exit_code_of(FailureKind kind);

/// Returns the status code with which an HTTP server responds, 4xx or 5xx.
[[nodiscard]] int http_status_of(FailureKind kind);

/// Returns the kind of an errno: not_found, read_only, full or input_output.
[[nodiscard]] FailureKind kind_of_errno(int error);

/// Returns the C library's text for an errno, such as "No such file or directory".
[[nodiscard]] std::string message_of_errno(int error);

/// Returns the failure of `operation` on `file` with errno `error`; the remedy fits any file.
[[nodiscard]] Failure failure_of(const std::filesystem::path& file, std::string_view operation, int error);

} // namespace evenfold::system
