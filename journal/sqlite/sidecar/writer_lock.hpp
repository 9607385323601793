/// The turn to write, passed between the writers of one journal in one or many processes, and the bell after a commit.
/// Shapes: the file `<journal>-lock`, 10 bytes, a process id; byte 0 is locked to write, byte 1 to be next.
/// Source: open file description locks, fcntl(2). They end with their process, so no stale lock is left.
#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <sys/types.h>

#include "evenfold/journal/descriptor.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::journal::sqlite {

/// `journal` with `-lock` at its end.
[[nodiscard]] std::filesystem::path sidecar_of(const std::filesystem::path& journal);

/// While it lives nobody else writes or checkpoints.
class Turn {
public:
    /// The path is that of the sidecar, and outlives this.
    Turn(int sidecar, const std::filesystem::path& path) : sidecar_(sidecar), path_(&path) {}
    Turn(Turn&& other) noexcept : sidecar_(std::exchange(other.sidecar_, -1)), path_(other.path_) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn();

    /// Wakes those who watch the sidecar.
    void ring() const;

private:
    int sidecar_;
    const std::filesystem::path* path_;
};

/// Two WriterLocks on one path exclude each other, also within a process. Not for use by two threads at once.
class WriterLock {
public:
    /// Makes the sidecar when there is none.
    [[nodiscard]] static std::expected<WriterLock, Failure> open(const std::filesystem::path& journal);

    /// Waits for the turn; after `at_most` refuses with FailureKind::busy and names the process that has it.
    /// Writers that wait are let in before one that has just written.
    [[nodiscard]] std::expected<Turn, Failure> take(std::chrono::milliseconds at_most);

private:
    explicit WriterLock(const std::filesystem::path& journal) : journal_(journal), path_(sidecar_of(journal)) {}

    [[nodiscard]] std::expected<void, Failure> open_sidecar();
    [[nodiscard]] bool is_in_place() const;
    [[nodiscard]] std::expected<void, Failure> sign() const;
    [[nodiscard]] Failure refusal(int error) const;

    std::filesystem::path journal_;
    std::filesystem::path path_;
    Descriptor sidecar_;
    dev_t device_ = 0; // of the open sidecar, and
    ino_t inode_ = 0;  // that which its name must still have
};

} // namespace evenfold::journal::sqlite
