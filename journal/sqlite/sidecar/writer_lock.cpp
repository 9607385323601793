#include "evenfold/journal/sqlite/sidecar/writer_lock.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <thread>

#include "evenfold/journal/gate.hpp"
#include "evenfold/journal/sqlite/failure.hpp"

namespace evenfold::journal::sqlite {

namespace {

using Clock = std::chrono::steady_clock;

constexpr off_t write_byte = 0;
constexpr off_t next_byte = 1; // held by the one who waits for byte 0, so that a busy writer cannot keep others out
constexpr std::size_t pid_width = 10;
constexpr std::chrono::microseconds nap_first{50};
constexpr std::chrono::microseconds nap_max{2000};

int set_lock(int sidecar, off_t byte, short type) {
    struct flock lock{};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = byte;
    lock.l_len = 1;
    return fcntl(sidecar, F_OFD_SETLK, &lock) == 0 ? 0 : errno;
}

void unlock(int sidecar, off_t byte) {
    set_lock(sidecar, byte, F_UNLCK);
}

/// Naps between tries: the system's own blocking lock cannot be given a time limit without a signal. 0 or an errno.
int lock_until(int sidecar, off_t byte, Clock::time_point deadline) {
    auto nap = nap_first;
    for (;;) {
        const int error = set_lock(sidecar, byte, F_WRLCK);
        if ((error != EAGAIN && error != EACCES) || Clock::now() >= deadline) return error;
        std::this_thread::sleep_for(nap);
        nap = std::min(nap * 2, nap_max);
    }
}

std::string pid_text(pid_t pid) {
    return fmt::format("{:>{}}", pid, pid_width);
}

std::string signature(int sidecar) {
    std::array<char, pid_width> text{};
    const ssize_t size = pread(sidecar, text.data(), text.size(), 0);
    return {text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

/// 0 or an errno.
int write_at_start(int sidecar, std::string_view text) {
    const ssize_t size = pwrite(sidecar, text.data(), text.size(), 0);
    if (size < 0) return errno;
    return static_cast<std::size_t>(size) == text.size() ? 0 : ENOSPC;
}

} // namespace

std::filesystem::path sidecar_of(const std::filesystem::path& journal) {
    return journal.string() + "-lock";
}

Turn::~Turn() {
    if (sidecar_ >= 0) unlock(sidecar_, write_byte);
}

void Turn::ring() const {
    // Opened and closed, not written: what is written to this file would have to be synced with the next commit.
    // A bell that fails is no reason to call a stored append failed: the sleepers look again by themselves.
    const Descriptor rung(::open(path_->c_str(), O_RDONLY | O_CLOEXEC));
}

std::expected<WriterLock, Failure> WriterLock::open(const std::filesystem::path& journal) {
    WriterLock lock(journal);
    if (auto opened = lock.open_sidecar(); !opened) return std::unexpected(opened.error());
    return lock;
}

std::expected<void, Failure> WriterLock::open_sidecar() {
    sidecar_ = Descriptor(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
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

std::expected<void, Failure> WriterLock::sign() const {
    const std::string mine = pid_text(getpid());
    if (signature(sidecar_.number()) == mine) return {};
    const int error = write_at_start(sidecar_.number(), mine);
    if (error == 0) return {};
    return std::unexpected(failure_of(path_, "write the process id", error));
}

Failure WriterLock::refusal(int error) const {
    if (error != EAGAIN && error != EACCES) return failure_of(path_, "lock", error);
    const std::string holder = signature(sidecar_.number());
    const auto digits = std::min(holder.find_first_not_of(' '), holder.size());
    return {.kind = FailureKind::busy,
            .what = fmt::format("{}: process {} is writing it", journal_.string(), holder.substr(digits)),
            .remedy = "Let that process finish or end it, then try again."};
}

std::expected<Turn, Failure> WriterLock::take(std::chrono::milliseconds at_most) {
    const auto deadline = Clock::now() + std::min<std::chrono::milliseconds>(at_most, wait_max);
    for (;;) {
        if (const int error = lock_until(sidecar_.number(), next_byte, deadline))
            return std::unexpected(refusal(error));
        const int error = lock_until(sidecar_.number(), write_byte, deadline);
        unlock(sidecar_.number(), next_byte);
        if (error != 0) return std::unexpected(refusal(error));
        Turn turn(sidecar_.number(), path_);
        if (is_in_place()) {
            if (auto signed_in = sign(); !signed_in) return std::unexpected(signed_in.error());
            return turn;
        }
        // Somebody removed the sidecar: a lock on a file without a name keeps nobody out.
        if (auto opened = open_sidecar(); !opened) return std::unexpected(opened.error());
    }
}

} // namespace evenfold::journal::sqlite
