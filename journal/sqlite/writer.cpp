#include "evenfold/journal/sqlite/writer.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <mutex>
#include <utility>

#include "evenfold/journal/sqlite/journal_file.hpp"
#include "evenfold/system/durable.hpp"
#include "evenfold/system/file_lock.hpp"

namespace evenfold::journal::sqlite {

namespace {

constexpr std::chrono::milliseconds close_wait{100};

Failure write_protected(const std::filesystem::path& file) {
    return failure_of(file, "open for writing", EROFS);
}

} // namespace

std::expected<std::unique_ptr<JournalWriter>, Failure>
JournalWriter::open(const std::filesystem::path& file, bool may_create, const SqliteOptions& options) {
    auto lock = storage::sqlite::WriterLock::open(file);
    if (!lock) return std::unexpected(lock.error());
    std::unique_ptr<JournalWriter> writer(new JournalWriter(file, std::move(*lock), options));
    const auto guard = writer->lock_.acquire(options.lock_wait);
    if (!guard) return std::unexpected(guard.error());
    if (auto connected = writer->connect(may_create); !connected) return std::unexpected(connected.error());
    return writer;
}

std::expected<void, Failure> JournalWriter::connect(bool may_create) {
    auto database = Database::open(file_, may_create ? OpenMode::create : OpenMode::write, lock_wait_);
    if (!database) return std::unexpected(database.error());
    if (database->is_read_only()) return std::unexpected(write_protected(file_));
    const auto content = recognise(*database); // before the first change, because the file may be another application's
    if (!content) return std::unexpected(content.error());
    if (*content == Content::nothing && !may_create) return std::unexpected(no_journal(file_));
    if (*content == Content::journal) {
        if (auto checked = check_domain(*database, domain_); !checked) return checked;
    }
    if (auto made = make_durable(*database); !made) return made;
    if (auto checked = check_durable(*database); !checked) return checked;
    if (*content == Content::nothing) {
        if (auto made = create_tables(*database, domain_); !made) return made;
    }
    if (auto written = storage::sqlite::rewrite_log(*database); !written) return written;
    // The names of new files must be durable, too.
    if (auto synced = system::sync_path(file_.parent_path()); !synced) return synced;
    auto appender = Appender::attach(std::move(*database));
    if (!appender) return std::unexpected(appender.error());
    appender_ = std::move(*appender);
    return {};
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
    if (!appender_) {
        if (auto connected = connect(false); !connected) return std::unexpected(connected.error());
    }
    return held;
}

std::expected<std::vector<Receipt>, AppendError>
JournalWriter::append(std::span<const Batch> group, std::optional<Sequence> head) {
    WriterHold held(*this);
    if (auto taken = held.acquire(); !taken) return std::unexpected(taken.error());
    const bool is_fresh = !appender_; // earlier events may have been stored without a notification
    if (is_fresh) {
        if (auto connected = connect(false); !connected) return std::unexpected(connected.error());
    }
    auto appended = appender_->append(group, head);
    if (!appended) {
        if (std::holds_alternative<Failure>(appended.error())) appender_.reset();
        return std::unexpected(std::move(appended.error()));
    }
    if (appended->stored || is_fresh) guard_->notify_waiters();
    if (!appender_->checkpointer().run_when_due()) appender_.reset(); // the events are safe in the log all the same
    return std::move(appended->receipts);
}

JournalWriter::~JournalWriter() {
    const auto guard = lock_.acquire(std::min(close_wait, lock_wait_));
    if (guard && appender_) appender_->checkpointer().run_all(); // without the lock, another writer will do it
    appender_.reset();
}

} // namespace evenfold::journal::sqlite
