/// Which threads an ingest is writing to right now: what keeps two of them out of one thread.
/// Shape: a lock on one byte of the journal's file, far beyond its end and the bytes that SQLite locks; it ends with
/// the process, and nobody can take it away without taking the journal.
/// Source: fcntl(2), open file description locks.
#pragma once

#include <expected>
#include <string>

#include "evenfold/core/values/orchestration.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::cli {

class Presence {
public:
    /// `journal` is there. Its file stays open until the process ends: closing it would take SQLite's locks along.
    [[nodiscard]] static std::expected<Presence, journal::Failure> open(const std::string& journal);

    /// Whether this process is now the one at work on `thread`; false when another is.
    [[nodiscard]] bool claim(const orchestration::ThreadId& thread) const;

private:
    explicit Presence(int file) : file_(file) {}

    int file_;
};

} // namespace evenfold::cli
