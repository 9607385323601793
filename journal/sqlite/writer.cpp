#include "evenfold/journal/sqlite/writer.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <utility>

#include "evenfold/journal/sqlite/failure.hpp"
#include "evenfold/journal/sqlite/log_file.hpp"
#include "evenfold/journal/sqlite/place.hpp"
#include "evenfold/journal/sqlite/schema.hpp"

namespace evenfold::journal::sqlite {

namespace {

constexpr std::chrono::milliseconds close_wait{100};

/// Makes the names of new files in `folder` survive a loss of power.
std::expected<void, Failure> sync_folder(const std::filesystem::path& folder) {
    const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.is_open() && fsync(opened.number()) == 0) return {};
    return std::unexpected(failure_of(folder, "sync the folder", errno));
}

Failure write_protected(const std::filesystem::path& file) {
    return failure_of(file, "open for writing", EROFS);
}

} // namespace

std::expected<std::unique_ptr<Writer>, Failure>
Writer::open(const std::filesystem::path& file, bool may_create, const SqliteOptions& options) {
    auto lock = WriterLock::open(file);
    if (!lock) return std::unexpected(lock.error());
    std::unique_ptr<Writer> writer(new Writer(file, std::move(*lock), options));
    const auto turn = writer->lock_.take(options.lock_wait);
    if (!turn) return std::unexpected(turn.error());
    if (auto connected = writer->connect(may_create); !connected) return std::unexpected(connected.error());
    return writer;
}

std::expected<void, Failure> Writer::connect(bool may_create) {
    auto database = Database::open(file_, may_create ? Mode::create : Mode::write, lock_wait_);
    if (!database) return std::unexpected(database.error());
    if (database->is_read_only()) return std::unexpected(write_protected(file_));
    const auto content = recognise(*database); // before anything is changed in what may be another's file
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
    if (auto written = write_log_again(*database); !written) return written;
    if (auto synced = sync_folder(file_.parent_path()); !synced) return synced;
    auto appender = Appender::over(std::move(*database));
    if (!appender) return std::unexpected(appender.error());
    appender_ = std::move(*appender);
    return {};
}

/// Inside the gate, with the turn; both are given back in the other order.
class Writer::Held final : public Hold {
public:
    explicit Held(Writer& writer) : writer_(writer), pass_(writer.gate_, writer.lock_wait_) {}
    ~Held() override {
        if (counted_ && --writer_.holds_ == 0) writer_.turn_.reset();
    }

    [[nodiscard]] std::expected<void, Failure> take() {
        if (!pass_.entered()) return std::unexpected(writer_.held_here());
        if (writer_.holds_ == 0) {
            auto turn = writer_.lock_.take(writer_.lock_wait_);
            if (!turn) return std::unexpected(turn.error());
            writer_.turn_.emplace(std::move(*turn));
        }
        ++writer_.holds_;
        counted_ = true;
        return {};
    }

private:
    Writer& writer_;
    Pass pass_;
    bool counted_ = false;
};

Failure Writer::held_here() const {
    return {.kind = FailureKind::busy,
            .what = fmt::format("{}: another thread of this process, {}, is writing it", file_.string(), getpid()),
            .remedy = "Let that thread finish, then try again."};
}

std::expected<std::unique_ptr<Hold>, Failure> Writer::hold() {
    auto held = std::make_unique<Held>(*this);
    if (auto taken = held->take(); !taken) return std::unexpected(taken.error());
    if (!appender_) {
        if (auto connected = connect(false); !connected) return std::unexpected(connected.error());
    }
    return held;
}

std::expected<std::vector<Receipt>, AppendError>
Writer::append(std::span<const Batch> group, std::optional<Sequence> head) {
    Held held(*this);
    if (auto taken = held.take(); !taken) return std::unexpected(taken.error());
    const bool is_fresh = !appender_; // what is there may have been stored without a bell
    if (is_fresh) {
        if (auto connected = connect(false); !connected) return std::unexpected(connected.error());
    }
    auto appended = appender_->append(group, head);
    if (!appended) {
        if (std::holds_alternative<Failure>(appended.error())) appender_.reset();
        return std::unexpected(std::move(appended.error()));
    }
    if (appended->stored || is_fresh) turn_->ring();
    if (!appender_->checkpoint_when_due()) appender_.reset(); // the events are safe in the log all the same
    return std::move(appended->receipts);
}

Writer::~Writer() {
    const auto turn = lock_.take(std::min(close_wait, lock_wait_));
    if (turn && appender_) appender_->checkpoint_all(); // without the turn another writer is there to do it
    appender_.reset();
}

} // namespace evenfold::journal::sqlite
