/// The turn to write, passed between the writers of one journal in one or many processes, and the bell after a commit.
/// Shapes: the file `<journal>-lock`, 32 bytes `<pid> <sequence>\n`, or `<pid> in doubt\n` after a failed append; byte 0
/// is locked to write, byte 1 to be next.
/// Source: open file description locks, fcntl(2). They end with their process, so no stale lock is left.
#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <string_view>

#include "evenfold/journal/journal.hpp"
#include "evenfold/journal/sqlite/sidecar/descriptor.hpp"

namespace evenfold::journal::sqlite {

/// `journal` with `-lock` at its end.
[[nodiscard]] std::filesystem::path sidecar_of(const std::filesystem::path& journal);

/// While it lives nobody else writes or checkpoints.
class Turn {
public:
    Turn(int sidecar, bool in_doubt) : sidecar_(sidecar), in_doubt_(in_doubt) {}
    Turn(Turn&& other) noexcept : sidecar_(std::exchange(other.sidecar_, -1)), in_doubt_(other.in_doubt_) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn();

    /// Writes `head` into the sidecar, which wakes those who watch it. All that can be read is on the disk.
    void announce(Sequence head);

    /// Writes into the sidecar that the disk may lack what can be read, for whoever has the next turn.
    void doubt();

    /// Whether a doubt was written and nothing announced since.
    [[nodiscard]] bool is_in_doubt() const { return in_doubt_; }

private:
    int sidecar_;
    bool in_doubt_;
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
    [[nodiscard]] std::expected<void, Failure> sign(std::string_view signature) const;
    [[nodiscard]] Failure refusal(int error) const;

    std::filesystem::path journal_;
    std::filesystem::path path_;
    Descriptor sidecar_;
};

} // namespace evenfold::journal::sqlite
