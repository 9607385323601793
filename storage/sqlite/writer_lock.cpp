#include "evenfold/storage/sqlite/writer_lock.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

#include "evenfold/storage/sqlite/failure.hpp"
#include "evenfold/system/file_lock.hpp"
#include "evenfold/system/recursive_timed_mutex.hpp"

namespace evenfold::storage::sqlite {

namespace {

using std::chrono::steady_clock;

constexpr std::int64_t write_byte = 0;
constexpr std::int64_t next_byte = 1; // held by the writer that waits for byte 0, so that a busy one lets others in
constexpr std::size_t pid_width = 10;

std::string pid_text(int pid) {
    return fmt::format("{:>{}}", pid, pid_width);
}

std::string read_holder(int sidecar) {
    std::array<char, pid_width> text{};
    const ssize_t size = pread(sidecar, text.data(), text.size(), 0);
    return {text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

/// Returns 0 or an errno.
int write_at_start(int sidecar, std::string_view text) {
    const ssize_t size = pwrite(sidecar, text.data(), text.size(), 0);
    if (size < 0) return errno;
    return static_cast<std::size_t>(size) == text.size() ? 0 : ENOSPC;
}

} // namespace

std::filesystem::path sidecar_of(const std::filesystem::path& database) {
    return database.string() + "-lock";
}

std::expected<system::FileWatch, Failure> watch_commits(const std::filesystem::path& database) {
    return system::FileWatch::on(sidecar_of(database));
}

WriterLock::Guard::~Guard() {
    if (sidecar_ >= 0) system::unlock_byte(sidecar_, write_byte);
}

std::expected<WriterLock, Failure> WriterLock::open(const std::filesystem::path& database) {
    WriterLock lock(database);
    if (auto opened = lock.open_sidecar(); !opened) return std::unexpected(opened.error());
    return lock;
}

std::expected<void, Failure> WriterLock::open_sidecar() {
    sidecar_ = system::Descriptor(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    struct stat held{};
    if (!sidecar_.is_open() || fstat(sidecar_.number(), &held) != 0)
        return std::unexpected(failure_of(path_, "open to lock", errno));
    device_ = held.st_dev;
    inode_ = held.st_ino;
    return {};
}

bool WriterLock::is_in_place() const {
    struct stat named{};
    return stat(path_.c_str(), &named) == 0 && named.st_ino == inode_ && named.st_dev == device_;
}

std::expected<void, Failure> WriterLock::write_holder() const {
    const std::string mine = pid_text(system::process_id());
    if (read_holder(sidecar_.number()) == mine) return {};
    const int error = write_at_start(sidecar_.number(), mine);
    if (error == 0) return {};
    return std::unexpected(failure_of(path_, "write the process id", error));
}

Failure WriterLock::refusal(int error) const {
    if (!system::is_held_elsewhere(error)) return failure_of(path_, "lock", error);
    const std::string holder = read_holder(sidecar_.number());
    const auto digits = std::min(holder.find_first_not_of(' '), holder.size());
    return {.kind = FailureKind::busy,
            .what = fmt::format("{}: process {} is writing it", database_.string(), holder.substr(digits)),
            .remedy = "Wait until that process has finished, or stop it, then try again."};
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
