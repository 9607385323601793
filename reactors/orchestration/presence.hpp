/// Which threads programs are at work on right now: what keeps two of them out of one thread, and tells after a crash
/// whose turns are over. Whoever runs turns in a journal that the `evenfold` program works on too claims their threads.
/// Shape: locks on bytes of the journal's file, far beyond its end and the bytes that SQLite locks; it ends with
/// the process, and nobody can take it away without taking the journal. Source: fcntl(2), open file description locks.
#pragma once

#include <expected>
#include <string>

#include "evenfold/core/commands/orchestration.hpp"
#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/system/failure.hpp"

namespace evenfold::orchestration {

class Presence {
public:
    /// `journal` is there. Its file stays open until the process ends: closing it would take SQLite's locks along.
    [[nodiscard]] static std::expected<Presence, system::Failure> open(const std::string& journal);

    /// Whether this one is now at work on `thread`; false when another is.
    [[nodiscard]] bool claim(const ThreadId& thread) const;

    /// Waits until nobody tends `thread`, which this one has claimed; false after 10 s. Who tends needs the journal: do
    /// not hold it.
    [[nodiscard]] bool outlast_tender(const ThreadId& thread) const;

    /// Whether another one is at work on it.
    [[nodiscard]] bool is_elsewhere(const ThreadId& thread) const;

    /// Whether this one may now finish what was left in `thread`, until `leave`: nobody is at work on it or tends it.
    [[nodiscard]] bool tend(const ThreadId& thread) const;
    void leave(const ThreadId& thread) const;

private:
    explicit Presence(int file) : file_(file) {}

    int file_;
};

/// Ends what waits for a process that is gone: of the threads at work, only those that another one has claimed are
/// alive.
[[nodiscard]] Reconcile reconciliation(const Presence& presence, const Model& model);

} // namespace evenfold::orchestration
