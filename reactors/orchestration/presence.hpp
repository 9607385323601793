/// `Presence`: which threads have a program at work. It keeps two programs out of one thread, and shows after a
/// crash whose turns are over. A program that runs turns in a journal that `evenfold` also uses must claim their
/// threads. Submit the command of `reconciliation` first.
/// Locks on bytes of the journal's file, far beyond its end and the bytes that SQLite locks. A lock ends with its
/// process, and nobody can remove it without the journal. Source: fcntl(2), open file description locks.
///
///     const auto presence = orchestration::Presence::open(file);
///     if (!presence) return report(presence.error().what);
///     if (!presence->claim(thread)) return report("another program is at work on this thread");
///     const orchestration::Reconcile command = orchestration::reconciliation(*presence, model);
#pragma once

#include <expected>
#include <string>

#include "evenfold/core/commands/orchestration.hpp"
#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/system/failure.hpp"

namespace evenfold::orchestration {

class Presence {
public:
    /// Opens the existing `journal`. Its file stays open until the process ends: closing it would drop SQLite's locks.
    [[nodiscard]] static std::expected<Presence, system::Failure> open(const std::string& journal);

    /// Claims `thread` for this object. Returns false if another one is at work on it.
    [[nodiscard]] bool claim(const ThreadId& thread) const;

    /// Blocks until nobody tends `thread`, which this object has claimed. Returns false after 10 s. The caller must not
    /// hold the journal, because the tending process needs it.
    [[nodiscard]] bool outlast_tender(const ThreadId& thread) const;

    /// Returns whether another one is at work on `thread`.
    [[nodiscard]] bool is_elsewhere(const ThreadId& thread) const;

    /// Returns whether this object may finish outstanding work of `thread` until `leave`: nobody works on or tends it.
    [[nodiscard]] bool tend(const ThreadId& thread) const;
    void leave(const ThreadId& thread) const;

private:
    explicit Presence(int file) : file_(file) {}

    int file_;
};

/// Returns the command that ends turns whose process is gone: of the active threads, only those that another one has
/// claimed are alive.
[[nodiscard]] Reconcile reconciliation(const Presence& presence, const Model& model);

} // namespace evenfold::orchestration
