/// The writing half of a journal: locks, appends, notifies waiters, checkpoints, and reconnects after an error.
/// Errors: as Journal::append. May be called from any thread; one is inside at a time.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "evenfold/journal/signatures.hpp"
#include "evenfold/journal/sqlite/appender.hpp"
#include "evenfold/journal/sqlite/sqlite_journal.hpp"
#include "evenfold/storage/sqlite/file_names.hpp"
#include "evenfold/storage/sqlite/writer_lock.hpp"
#include "evenfold/system/recursive_timed_mutex.hpp"

namespace evenfold::journal::sqlite {

class JournalWriter {
public:
    /// Opens the journal at `file` for writing; with Access::create, creates it if there is nothing. Its events are
    /// durable afterwards.
    [[nodiscard]] static std::expected<std::unique_ptr<JournalWriter>, Failure>
    open(const std::filesystem::path& file, Access access, const SqliteOptions& options);

    JournalWriter(const JournalWriter&) = delete;
    JournalWriter& operator=(const JournalWriter&) = delete;
    ~JournalWriter();

    [[nodiscard]] std::expected<std::vector<Receipt>, AppendError>
    append(std::span<const Batch> group, std::optional<Sequence> head);

    /// Keeps the writer lock until the hold is destroyed, which must be before the writer is.
    [[nodiscard]] std::expected<std::unique_ptr<Hold>, Failure> hold();
    [[nodiscard]] bool is_held_here() { return mutex_.is_owned_here(); }

    /// As in JournalSignatures.
    [[nodiscard]] std::expected<void, Failure> start_signing(const chain::JournalKey& key, Instant at);
    [[nodiscard]] std::expected<void, Failure> change_key(const chain::JournalKey& next, Instant at);
    [[nodiscard]] std::expected<void, Failure> add_head(const chain::HeadRow& head, Instant at);
    [[nodiscard]] std::expected<void, Failure> add_anchoring(const Anchoring& anchoring);
    /// The sink must be destroyed before the writer, by the thread that opened it.
    [[nodiscard]] std::expected<std::unique_ptr<chain::ChainSink>, Failure> open_sink(Instant at);
    [[nodiscard]] std::expected<void, Failure> remove_payloads(const PayloadRemoval& removal);
    [[nodiscard]] std::expected<void, Failure> overwrite_removed();

private:
    class WriterHold;

    JournalWriter(const std::filesystem::path& file, Access access, storage::sqlite::WriterLock lock,
                  SqliteOptions options)
        : file_(file),
          access_(access),
          domain_(std::move(options.domain)),
          new_origin_(std::move(options.origin)),
          mode_(options.mode),
          lock_wait_(options.lock_wait),
          signing_(std::move(options.signing)),
          lock_(std::move(lock)) {}

    /// Opens an appender and syncs earlier writes. While the appender exists, everything that can be read is durable.
    [[nodiscard]] std::expected<void, Failure> connect(bool may_create);

    /// Makes sure that there is an appender. Returns whether it is a new one.
    [[nodiscard]] std::expected<bool, Failure> attach_appender();

    /// Calls `change` with the appender during a hold. Fails if the journal is not signed.
    template <class Change>
    [[nodiscard]] std::expected<void, Failure> change_signatures(const Change& change);

    /// Creates the tables, all or none; signed if there is a key.
    [[nodiscard]] std::expected<void, Failure> create(const Database& database) const;

    /// Checks the file before the first change, because it may be another application's, or damaged.
    [[nodiscard]] std::expected<Content, Failure> check_content(const Database& database, bool may_create) const;
    /// Makes the journal and its lock file name the same origin. Returns whether that changed the journal.
    [[nodiscard]] std::expected<bool, Failure> identify(const Database& database);
    [[nodiscard]] std::expected<void, Failure> start_appender(Database database, bool is_changed, bool had_log);
    /// Fails when the file was moved or replaced since the journal was opened.
    [[nodiscard]] std::expected<void, Failure> check_place() const;

    [[nodiscard]] Failure held_here() const;

    std::filesystem::path file_;
    Access access_;
    std::string domain_;
    std::string new_origin_; // of a new file
    std::uint32_t mode_;     // of a new file
    std::chrono::milliseconds lock_wait_;
    std::optional<SigningOptions> signing_;
    system::RecursiveTimedMutex mutex_;
    storage::sqlite::WriterLock lock_;
    std::optional<storage::sqlite::WriterLock::Guard> guard_; // of the thread that owns mutex_
    int holds_ = 0;                                           // that share the guard
    std::unique_ptr<Appender> appender_;                      // null after an error, until the next append or hold
    std::string origin_;                                      // of the journal that was opened
    storage::sqlite::PlacedFiles placed_;                     // of the last connection
};

} // namespace evenfold::journal::sqlite
