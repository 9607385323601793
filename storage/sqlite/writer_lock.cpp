#include "evenfold/storage/sqlite/writer_lock.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

#include "evenfold/storage/sqlite/failure.hpp"
#include "evenfold/storage/sqlite/file_names.hpp"
#include "evenfold/system/file_lock.hpp"
#include "evenfold/system/recursive_timed_mutex.hpp"

namespace evenfold::storage::sqlite {

namespace {

using std::chrono::steady_clock;
using system::Links;

constexpr std::int64_t write_byte = 0;
constexpr std::int64_t next_byte = 1; // held by the writer that waits for byte 0, so that a busy one lets others in
constexpr std::int64_t open_byte = 2; // shared by all writers that have the sidecar open
constexpr std::size_t pid_width = 10;
constexpr std::size_t content_max = 1024;

std::string pid_text(int pid) {
    return fmt::format("{:>{}}", pid, pid_width);
}

std::string content_of(int sidecar) {
    std::string text(content_max, '\0');
    const ssize_t size = pread(sidecar, text.data(), text.size(), 0);
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
}

std::string read_holder(int sidecar) {
    return content_of(sidecar).substr(0, pid_width);
}

/// Returns the process that signed; 0 if none did.
int signer_of(int sidecar) {
    const std::string text = read_holder(sidecar);
    const auto digits = std::min(text.find_first_not_of(' '), text.size());
    int pid = 0;
    std::from_chars(text.data() + digits, text.data() + text.size(), pid);
    return pid;
}

/// Returns 0 or an errno.
int write_at(int sidecar, std::string_view text, std::size_t offset) {
    const ssize_t size = pwrite(sidecar, text.data(), text.size(), static_cast<off_t>(offset));
    if (size < 0) return errno;
    return static_cast<std::size_t>(size) == text.size() ? 0 : ENOSPC;
}

/// Returns the permission bits of the sidecar of a database with `mode`: to read and write for each class of users that
/// may write the database, and nothing for the others.
std::uint32_t mode_of_sidecar(std::uint32_t mode) {
    const std::uint32_t writers = mode & 0222U;
    return writers | (writers << 1U);
}

} // namespace

std::filesystem::path sidecar_of(const std::filesystem::path& database) {
    return beside(database, "-lock");
}

std::expected<system::FileWatch, Failure> watch_commits(const std::filesystem::path& database) {
    return system::FileWatch::on(sidecar_of(database));
}

WriterLock::Guard::~Guard() {
    if (sidecar_ >= 0) system::unlock_byte(sidecar_, write_byte);
}

std::expected<WriterLock, Failure> WriterLock::open(const std::filesystem::path& database, std::uint32_t mode) {
    WriterLock lock(database, mode);
    if (auto opened = lock.open_sidecar(); !opened) return std::unexpected(opened.error());
    return lock;
}

std::expected<void, Failure> WriterLock::open_sidecar() {
    constexpr int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    sidecar_ = system::Descriptor(::open(path_.c_str(), flags, 0600));
    const int error = errno;
    const auto status = sidecar_.is_open() ? system::status_of(sidecar_.number())
                                           : system::status_of(path_, Links::keep); // to say why: a link, a folder
    if (status) {
        if (auto checked = check_companion(database_, path_, *status); !checked) return checked;
    }
    if (!sidecar_.is_open() || !status) return std::unexpected(failure_of(path_, "open to lock", error));
    if (auto checked = check_content(); !checked) return checked;
    set_owner_and_mode(*status);
    id_ = status->id;
    (void)system::try_share_byte(sidecar_.number(), open_byte);
    return {};
}

/// Refuses a file that is no sidecar, so that nobody's data is overwritten. Accepts NULs, which a power failure leaves.
std::expected<void, Failure> WriterLock::check_content() const {
    const std::string text = content_of(sidecar_.number());
    const bool has_pid = std::ranges::all_of(text.substr(0, pid_width), [](char byte) {
        return byte == ' ' || byte == '\0' || (byte >= '0' && byte <= '9');
    });
    const bool has_line = text.size() <= pid_width || text[pid_width] == '\n' || text[pid_width] == '\0';
    if (has_pid && has_line && text.size() < content_max) return {};
    return std::unexpected(
        Failure{.kind = FailureKind::unsafe,
                .what = fmt::format("{}: its content is not that of a lock file of evenfold", path_.string()),
                .remedy = "Find out who put it there, then move it away; the journal is left as it is."});
}

void WriterLock::set_owner_and_mode(const system::FileStatus& sidecar) const {
    const auto database = system::status_of(database_, Links::keep);
    const std::uint32_t wanted = mode_of_sidecar(database ? database->mode : mode_);
    // As SQLite does for its files: those of the administrator must not shut out the owner of the database.
    if (database && system::user_id() == 0 && sidecar.owner != database->owner)
        (void)!::fchown(sidecar_.number(), database->owner, database->group);
    if (sidecar.mode != wanted && (system::user_id() == 0 || system::user_id() == sidecar.owner))
        (void)!::fchmod(sidecar_.number(), static_cast<mode_t>(wanted));
}

bool WriterLock::is_in_place() const {
    const auto named = system::status_of(path_, Links::keep);
    return named && named->id == id_;
}

std::expected<void, Failure> WriterLock::write_holder() const {
    const std::string mine = pid_text(system::process_id());
    if (read_holder(sidecar_.number()) == mine) return {};
    const int error = write_at(sidecar_.number(), mine, 0);
    if (error == 0) return {};
    return std::unexpected(failure_of(path_, "write the process id", error));
}

std::string WriterLock::origin() const {
    const std::string text = content_of(sidecar_.number());
    if (text.size() <= pid_width + 2 || text[pid_width] != '\n' || text.back() != '\n') return {};
    return text.substr(pid_width + 1, text.size() - pid_width - 2);
}

std::expected<void, Failure> WriterLock::name_origin(std::string_view origin) const {
    const std::string line = fmt::format("\n{}\n", origin);
    int error = ::ftruncate(sidecar_.number(), pid_width) == 0 ? 0 : errno;
    if (error == 0) error = write_at(sidecar_.number(), line, pid_width);
    if (error == 0) return {};
    return std::unexpected(failure_of(path_, "write the name of the journal's origin", error));
}

bool WriterLock::is_used_elsewhere() const {
    return system::is_byte_locked_elsewhere(sidecar_.number(), open_byte);
}

Failure WriterLock::refusal(int error) const {
    if (!system::is_held_elsewhere(error)) return failure_of(path_, "lock", error);
    const int signer = signer_of(sidecar_.number());
    if (system::is_lock_held_by(signer, sidecar_.number(), write_byte)) {
        return {.kind = FailureKind::busy,
                .what = fmt::format("{}: process {} is writing it", database_.string(), signer),
                .remedy = "Let that process finish or end it, then try again."};
    }
    return {.kind = FailureKind::busy,
            .what = fmt::format("{}: another process has the writer lock {}; the system does not say which one",
                                database_.string(), path_.string()),
            .remedy = "Wait until that process has finished, or stop it (`lsof` or `fuser` on the lock file finds it), "
                      "then try again."};
}

std::expected<WriterLock::Guard, Failure> WriterLock::acquire(std::chrono::milliseconds limit) {
    const auto deadline = steady_clock::now() + std::min<std::chrono::milliseconds>(limit, system::wait_max);
    for (;;) {
        if (const int error = system::lock_byte_until(sidecar_.number(), next_byte, deadline))
            return std::unexpected(refusal(error));
        const int error = system::lock_byte_until(sidecar_.number(), write_byte, deadline);
        system::unlock_byte(sidecar_.number(), next_byte);
        if (error != 0) return std::unexpected(refusal(error));
        Guard guard(sidecar_.number(), path_);
        if (is_in_place()) {
            if (auto signed_in = write_holder(); !signed_in) return std::unexpected(signed_in.error());
            return guard;
        }
        // The sidecar was removed: a lock on a file without a name excludes no other writer.
        if (auto opened = open_sidecar(); !opened) return std::unexpected(opened.error());
    }
}

} // namespace evenfold::storage::sqlite
