/// `HeadSigner`: a thread that signs the heads of an open journal as they become due, and the last one when it closes.
/// Appends never wait for it, except for the moment in which a head is stored.
/// Lifetime: the journal must outlive the signer. Call `close` to learn whether the last head was signed; the
/// destructor does the same and drops the result.
/// Threads: one thread uses a signer.
/// Errors: those of `sign_newest_head`. After a failure the next attempt is made an interval later.
///
///     using namespace journal::heads;
///     const auto signer = HeadSigner::start(opened, std::move(key), {.clock = &kernel::now});
///     if (!signer) return signer.error().what;
///     // ... append ...
///     if (const auto closed = (*signer)->close(); !closed) return closed.error().what;
#pragma once

#include <condition_variable>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "evenfold/journal/heads/head_signing.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::journal::heads {

struct HeadSignerOptions {
    std::function<Instant()> clock;                   // required
    HeadSchedule schedule{};                          // NOLINT(readability-redundant-member-init): may be left out
    std::vector<VerifierKey> earlier{};               // NOLINT(readability-redundant-member-init): the same
    std::function<void(const Failure&)> on_failure{}; // NOLINT(readability-redundant-member-init): from its thread
};

class HeadSigner {
public:
    /// Fails as `invalid` if the journal is not signed or cannot be.
    [[nodiscard]] static std::expected<std::unique_ptr<HeadSigner>, Failure>
    start(Journal& journal, SigningKey key, HeadSignerOptions options);

    HeadSigner(const HeadSigner&) = delete;
    HeadSigner& operator=(const HeadSigner&) = delete;
    ~HeadSigner();

    /// Ends the thread and signs the head as it is then. A second call does nothing.
    [[nodiscard]] std::expected<void, Failure> close();

private:
    HeadSigner(Journal& journal, SigningKey key, HeadSignerOptions options, LastSigned last);

    void run();
    /// Signs if a head is due.
    void look();
    [[nodiscard]] std::expected<void, Failure> sign();

    Journal* journal_;
    SigningKey key_;
    HeadSignerOptions options_;
    LastSigned last_; // signed, or tried in vain
    std::mutex mutex_;
    std::condition_variable stop_;
    bool is_stopping_ = false;
    std::thread thread_;
};

} // namespace evenfold::journal::heads
