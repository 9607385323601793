/// The writing half of a journal: connects, creates, appends, holds, and connects again after the connection was lost.
/// Errors: as Journal::append. May be called from any thread; one is inside at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "evenfold/journal/postgres/group_appender.hpp"
#include "evenfold/journal/postgres/postgres_journal.hpp"
#include "evenfold/system/recursive_timed_mutex.hpp"

namespace evenfold::journal::postgres {

class JournalWriter {
public:
    /// Opens the journal for writing; with Access::create, creates it if there is nothing.
    [[nodiscard]] static std::expected<std::unique_ptr<JournalWriter>, Failure>
    open(const JournalAddress& address, Access access, const PostgresOptions& options);

    JournalWriter(const JournalWriter&) = delete;
    JournalWriter& operator=(const JournalWriter&) = delete;
    ~JournalWriter() = default;

    [[nodiscard]] std::expected<std::vector<Receipt>, AppendError>
    append(std::span<const Batch> group, std::optional<Sequence> head);

    /// Excludes other writers until the hold is destroyed, which must be before the writer is.
    [[nodiscard]] std::expected<std::unique_ptr<Hold>, Failure> hold();
    [[nodiscard]] bool is_held_here();

    // As in JournalSignatures.

    [[nodiscard]] std::expected<void, Failure> start_signing(const chain::JournalKey& key, Instant at);
    [[nodiscard]] std::expected<void, Failure> change_key(const chain::JournalKey& next, Instant at);
    [[nodiscard]] std::expected<void, Failure> add_head(const chain::HeadRow& head, Instant at);
    [[nodiscard]] std::expected<void, Failure> add_anchoring(const Anchoring& anchoring);
    [[nodiscard]] std::expected<void, Failure> remove_payloads(const PayloadRemoval& removal);
    [[nodiscard]] std::expected<void, Failure> overwrite_removed();
    /// Fails as busy if this thread has a hold, for which the import would wait.
    [[nodiscard]] std::expected<std::unique_ptr<chain::ChainSink>, Failure> open_sink(Instant at);

private:
    class ServerHold;

    using Appended = std::expected<std::vector<Receipt>, AppendError>;

    JournalWriter(const JournalAddress& address, Access access, const PostgresOptions& options)
        : address_(address), access_(access), options_(options) {}

    [[nodiscard]] std::expected<void, Failure> connect(bool may_create);
    /// Returns the result of `use`, with an appender. Calls it again if the connection was lost before anything was
    /// stored.
    template <class Use>
    [[nodiscard]] auto with_appender(const Use& use) -> decltype(use(std::declval<GroupAppender&>()));
    template <class Change>
    [[nodiscard]] std::expected<void, Failure> change_signatures(const Change& change);
    [[nodiscard]] Appended find_after_loss(std::span<const Batch> group);
    [[nodiscard]] std::expected<void, Failure> acquire();
    void release();
    void drop_appender();
    [[nodiscard]] Failure held_here() const;

    JournalAddress address_;
    Access access_;
    PostgresOptions options_;
    system::RecursiveTimedMutex mutex_;
    std::unique_ptr<GroupAppender> appender_; // null after the connection was lost, until the next append or hold
    std::optional<std::int64_t> epoch_;       // set when the journal is opened; never changes
    Sequence stored_head_ = 0;                // of the last acknowledged append
    int holds_ = 0;                           // of the thread that owns mutex_
    bool is_hold_lost_ = false;               // the connection was lost during the hold, so other writers may append
};

} // namespace evenfold::journal::postgres
