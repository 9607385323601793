#include "evenfold/journal/sqlite/writer.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <mutex>
#include <utility>

#include "evenfold/journal/signing.hpp"
#include "evenfold/journal/sqlite/identity.hpp"
#include "evenfold/journal/sqlite/journal_file.hpp"
#include "evenfold/journal/sqlite/signatures/row_sink.hpp"
#include "evenfold/storage/sqlite/inode_registry.hpp"
#include "evenfold/system/durable.hpp"
#include "evenfold/system/file_lock.hpp"

namespace evenfold::journal::sqlite {

namespace {

using storage::sqlite::Checkpointed;

constexpr std::chrono::milliseconds close_wait{100};

Failure log_of_another(const std::filesystem::path& file, std::string_view origin) {
    return {.kind = FailureKind::damaged,
            .what = fmt::format("{}: beside it are a write-ahead log and a lock file of another journal, {}",
                                file.string(), origin),
            .remedy = "Find the file that they belong to. If the log is of this file, move only the lock file away; if "
                      "the events in the log are of no use, move both away."};
}

Failure used_by_another(const std::filesystem::path& file, std::string_view origin) {
    return {.kind = FailureKind::busy,
            .what = fmt::format("{}: a process still uses the journal {}, which this file has replaced", file.string(),
                                origin),
            .remedy = "End that process (`lsof` finds it), then try again."};
}

Failure write_protected(const std::filesystem::path& file) {
    return failure_of(file, "open for writing", EROFS);
}

} // namespace

std::expected<std::unique_ptr<JournalWriter>, Failure>
JournalWriter::open(const std::filesystem::path& file, Access access, const SqliteOptions& options) {
    auto lock = storage::sqlite::WriterLock::open(file, options.mode);
    if (!lock) return std::unexpected(lock.error());
    std::unique_ptr<JournalWriter> writer(new JournalWriter(file, access, std::move(*lock), options));
    const auto guard = writer->lock_.acquire(options.lock_wait);
    if (!guard) return std::unexpected(guard.error());
    if (auto connected = writer->connect(access == Access::create); !connected)
        return std::unexpected(connected.error());
    return writer;
}

std::expected<void, Failure> JournalWriter::connect(bool may_create) {
    if (may_create) {
        if (auto made = storage::sqlite::create_file(file_, mode_); !made) return made;
    }
    const bool had_log = storage::sqlite::has_log(file_);
    auto database = Database::open(file_, OpenMode::write, lock_wait_);
    if (!database) return std::unexpected(database.error());
    if (database->is_read_only()) return std::unexpected(write_protected(file_));
    const auto content = check_content(*database, may_create);
    if (!content) return std::unexpected(content.error());
    if (auto made = make_durable(*database); !made) return made;
    if (auto checked = check_durable(*database); !checked) return checked;
    if (*content == Content::nothing) {
        if (auto made = create(*database); !made) return made;
    }
    const auto identified = identify(*database);
    if (!identified) return std::unexpected(identified.error());
    if (auto written = storage::sqlite::rewrite_log(*database); !written) return written;
    // The names of new files must be durable, too.
    if (auto synced = system::sync_path(file_.parent_path()); !synced) return synced;
    const bool is_changed = *content == Content::nothing || *identified;
    return start_appender(std::move(*database), is_changed, had_log);
}

std::expected<void, Failure> JournalWriter::create(const Database& database) const {
    return in_transaction(database, [&]() -> std::expected<void, Failure> {
        if (auto made = create_tables(database, domain_, new_origin_); !made || !signing_) return made;
        return sqlite::start_signing(database, signing_->key, present());
    });
}

std::expected<Content, Failure> JournalWriter::check_content(const Database& database, bool may_create) const {
    if (auto checked = check_log(database, Access::read_write); !checked) return std::unexpected(checked.error());
    const auto content = recognise(database);
    if (!content) return content;
    if (*content == Content::nothing) {
        if (!may_create || !origin_.empty()) return std::unexpected(no_journal(file_));
        return content;
    }
    if (auto checked = check_domain(database, domain_); !checked) return std::unexpected(checked.error());
    return content;
}

std::expected<bool, Failure> JournalWriter::identify(const Database& database) {
    auto identity = identity_of(database);
    if (!identity) return std::unexpected(identity.error());
    const std::string named = lock_.origin();
    const bool is_added = !*identity;
    if (is_added) {
        if (!named.empty() && storage::sqlite::has_log(file_)) return std::unexpected(log_of_another(file_, named));
        if (auto added = add_identity(database); !added) return std::unexpected(added.error());
        identity = identity_of(database);
        if (!identity) return std::unexpected(identity.error());
    }
    const std::string& origin = (*identity)->origin;
    if (!origin_.empty() && origin != origin_) return std::unexpected(storage::sqlite::moved_away(file_));
    origin_ = origin;
    if (named == origin) return is_added;
    if (!named.empty() && lock_.is_used_elsewhere()) return std::unexpected(used_by_another(file_, named));
    if (auto written = lock_.name_origin(origin); !written) return std::unexpected(written.error());
    return is_added;
}

std::expected<void, Failure> JournalWriter::start_appender(Database database, bool is_changed, bool had_log) {
    const auto head = database.number("SELECT max(sequence) FROM events");
    if (!head) return std::unexpected(head.error());
    auto appender = Appender::attach(std::move(database), access_, signing_);
    if (!appender) return std::unexpected(appender.error());
    // The file alone must say whose it is, so that a log that was put beside it can be recognised.
    const bool is_copied = is_changed && (*appender)->checkpointer().run() == Checkpointed::wholly;
    if (is_copied || (!is_changed && !had_log)) (*appender)->note_base(static_cast<Sequence>(*head));
    const storage::sqlite::PlacedFiles placed(file_);
    if (placed_.database_id() != system::FileId{} && placed_.database_id() != placed.database_id())
        return std::unexpected(storage::sqlite::moved_away(file_));
    placed_ = placed;
    note_path(file_);
    appender_ = std::move(*appender);
    return {};
}

std::expected<void, Failure> JournalWriter::check_place() const {
    return appender_ ? placed_.check() : std::expected<void, Failure>();
}

/// Owns the writer's mutex and its lock between processes, and releases them in the other order.
class JournalWriter::WriterHold final : public Hold {
public:
    explicit WriterHold(JournalWriter& writer) : writer_(writer), lock_(writer.mutex_, writer.lock_wait_) {}
    ~WriterHold() override {
        if (counted_ && --writer_.holds_ == 0) writer_.guard_.reset();
    }

    [[nodiscard]] std::expected<void, Failure> acquire() {
        if (!lock_.owns_lock()) return std::unexpected(writer_.held_here());
        if (writer_.holds_ == 0) {
            auto guard = writer_.lock_.acquire(writer_.lock_wait_);
            if (!guard) return std::unexpected(guard.error());
            writer_.guard_.emplace(std::move(*guard));
        }
        ++writer_.holds_;
        counted_ = true;
        return {};
    }

private:
    JournalWriter& writer_;
    std::unique_lock<system::RecursiveTimedMutex> lock_;
    bool counted_ = false;
};

Failure JournalWriter::held_here() const {
    return {.kind = FailureKind::busy,
            .what = fmt::format("{}: another thread of this process ({}) is writing it", file_.string(),
                                system::process_id()),
            .remedy = "Wait until that thread has finished, then try again."};
}

std::expected<std::unique_ptr<Hold>, Failure> JournalWriter::hold() {
    auto held = std::make_unique<WriterHold>(*this);
    if (auto taken = held->acquire(); !taken) return std::unexpected(taken.error());
    if (auto attached = attach_appender(); !attached) return std::unexpected(attached.error());
    return held;
}

std::expected<bool, Failure> JournalWriter::attach_appender() {
    if (auto placed = check_place(); !placed) return std::unexpected(placed.error());
    if (appender_) return false;
    if (auto connected = connect(false); !connected) return std::unexpected(connected.error());
    return true;
}

std::expected<void, Failure> JournalWriter::start_signing(const chain::JournalKey& key, Instant at) {
    const auto held = hold();
    if (!held) return std::unexpected(held.error());
    if (appender_->is_signed()) return std::unexpected(signed_already(file_.string()));
    auto started = appender_->start_signing(key, at);
    appender_.reset(); // the next one signs
    if (!started) return started;
    signing_ = SigningOptions{.key = key, .salts = signing_ ? signing_->salts : SaltSource()};
    return connect(false);
}

template <class Change>
std::expected<void, Failure> JournalWriter::change_signatures(const Change& change) {
    const auto held = hold();
    if (!held) return std::unexpected(held.error());
    if (!appender_->is_signed()) return std::unexpected(unsigned_journal(file_.string()));
    auto changed = change(*appender_);
    if (!changed) appender_.reset();
    return changed;
}

std::expected<void, Failure> JournalWriter::change_key(const chain::JournalKey& next, Instant at) {
    return change_signatures([&](Appender& appender) -> std::expected<void, Failure> {
        if (auto changed = appender.change_key(next, at); !changed) return changed;
        signing_->key = next;
        appender_.reset();
        return connect(false);
    });
}

std::expected<void, Failure> JournalWriter::add_head(const chain::HeadRow& head, Instant at) {
    return change_signatures([&](Appender& appender) { return appender.add_head(head, at); });
}

std::expected<void, Failure> JournalWriter::add_anchoring(const Anchoring& anchoring) {
    return change_signatures([&](Appender& appender) { return appender.add_anchoring(anchoring); });
}

std::expected<std::unique_ptr<chain::ChainSink>, Failure> JournalWriter::open_sink(Instant at) {
    auto held = hold();
    if (!held) return std::unexpected(std::move(held.error()));
    const auto ended = [this] {
        appender_.reset(); // the next one reads the journal again
        guard_->notify_waiters();
    };
    return std::make_unique<RowSink>(appender_->database(), *std::move(held), at, ended);
}

std::expected<void, Failure> JournalWriter::remove_payloads(const PayloadRemoval& removal) {
    return change_signatures([&](Appender& appender) -> std::expected<void, Failure> {
        if (auto removed = appender.remove_payloads(removal); !removed) return removed;
        guard_->notify_waiters(); // so that whoever follows the journal notices the erasure
        return appender.overwrite_removed();
    });
}

std::expected<void, Failure> JournalWriter::overwrite_removed() {
    return change_signatures([](Appender& appender) { return appender.overwrite_removed(); });
}

std::expected<std::vector<Receipt>, AppendError>
JournalWriter::append(std::span<const Batch> group, std::optional<Sequence> head) {
    WriterHold held(*this);
    if (auto taken = held.acquire(); !taken) return std::unexpected(taken.error());
    const auto is_fresh = attach_appender(); // earlier events may have been stored without a notification
    if (!is_fresh) return std::unexpected(is_fresh.error());
    auto appended = appender_->append(group, head);
    if (!appended) {
        if (std::holds_alternative<Failure>(appended.error())) appender_.reset();
        return std::unexpected(std::move(appended.error()));
    }
    if (appended->stored || *is_fresh) guard_->notify_waiters();
    const Checkpointed checkpointed = appender_->checkpointer().run_when_due();
    if (checkpointed == Checkpointed::wholly) appender_->note_base(appended->head);
    if (checkpointed == Checkpointed::failed) appender_.reset(); // the events are safe in the log all the same
    return std::move(appended->receipts);
}

JournalWriter::~JournalWriter() {
    if (!check_place()) return; // what is there now belongs to others
    const auto guard = lock_.acquire(std::min(close_wait, lock_wait_));
    if (guard && appender_ && check_place())
        appender_->checkpointer().run_all(); // without the lock, another writer will do it
    appender_.reset();
}

} // namespace evenfold::journal::sqlite
