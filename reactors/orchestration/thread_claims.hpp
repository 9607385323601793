/// `ThreadClaims`: which threads have a program at work. It keeps two programs out of one thread, and shows after a
/// crash whose turns are over. A program that runs turns in a journal that `evenfold` also uses must claim their
/// threads. Submit the command of `reconciliation` first.
/// Locks on bytes of the journal's file, far beyond its end and the bytes that SQLite locks. A lock ends with its
/// process, and nobody can remove it without the journal. Source: fcntl(2), open file description locks. A journal on a
/// server has locks of its own (journal/program_locks.hpp).
///
///     const auto claims = orchestration::ThreadClaims::open(file);
///     if (!claims) return report(claims.error().what);
///     if (!claims->claim(thread)) return report("another program is at work on this thread");
///     const orchestration::Reconcile command = orchestration::reconciliation(*claims, model);
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <utility>

#include "evenfold/core/commands/orchestration.hpp"
#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/journal/program_locks.hpp"
#include "evenfold/system/failure.hpp"

namespace evenfold::orchestration {

class ThreadClaims {
public:
    /// Opens the existing `journal`. Its file stays open until the process ends: closing it would drop SQLite's locks.
    [[nodiscard]] static std::expected<ThreadClaims, system::Failure> open(const std::string& journal);

    /// Uses `locks`, which must not be null.
    explicit ThreadClaims(std::shared_ptr<journal::ProgramLocks> locks) : locks_(std::move(locks)) {}

    /// Claims `thread` for this object. Returns false if another program has claimed it.
    [[nodiscard]] bool claim(const ThreadId& thread) const;

    /// Blocks until no other program recovers `thread`, which this object must have claimed. Returns false after 10 s.
    /// The caller must not hold the journal, because the recovering program needs it.
    [[nodiscard]] bool wait_for_recovery(const ThreadId& thread) const;

    /// Returns whether another program has claimed `thread`.
    [[nodiscard]] bool is_claimed_elsewhere(const ThreadId& thread) const;

    /// Locks `thread` for finishing its outstanding work, until `release_recovery`. Returns false if another program
    /// has claimed it or recovers it.
    [[nodiscard]] bool acquire_recovery(const ThreadId& thread) const;
    void release_recovery(const ThreadId& thread) const;

private:
    std::shared_ptr<journal::ProgramLocks> locks_;
};

/// Returns the command that ends the turns of dead programs. It lists as alive the active threads that another program
/// has claimed.
[[nodiscard]] Reconcile reconciliation(const ThreadClaims& thread_claims, const Model& model);

} // namespace evenfold::orchestration
