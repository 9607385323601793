/// Which threads a process is writing to right now: what tells a live session from one whose process died.
/// Shape: the file `<journal>-live`; each process at work holds a lock on one byte of it, which ends with the process.
/// Source: fcntl(2), open file description locks.
#pragma once

#include <expected>
#include <string>

#include "evenfold/core/values/orchestration.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::cli {

class Presence {
public:
    /// Makes the file beside `journal` when there is none.
    [[nodiscard]] static std::expected<Presence, journal::Failure> open(const std::string& journal);

    Presence(Presence&& other) noexcept;
    Presence& operator=(Presence&&) = delete;
    ~Presence();

    /// Whether this process is now the one at work on `thread`; false when another is.
    [[nodiscard]] bool claim(const orchestration::ThreadId& thread) const;

    /// Whether another process is at work on `thread`.
    [[nodiscard]] bool is_claimed(const orchestration::ThreadId& thread) const;

private:
    explicit Presence(int file) : file_(file) {}

    int file_;
};

} // namespace evenfold::cli
