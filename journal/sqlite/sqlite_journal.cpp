#include "evenfold/journal/sqlite/sqlite_journal.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <mutex>
#include <system_error>
#include <utility>

#include "evenfold/journal/sqlite/journal_file.hpp"
#include "evenfold/journal/sqlite/reader.hpp"
#include "evenfold/journal/sqlite/writer.hpp"
#include "evenfold/system/durable.hpp"
#include "evenfold/system/notification.hpp"

namespace evenfold::journal {

namespace {

using namespace sqlite;
using std::chrono::steady_clock;
using storage::sqlite::has_log;
using storage::sqlite::watch_commits;
using system::FileWatch;

/// The longest wait between two reads of the head, because a writer may die between its commit and its notification.
constexpr std::chrono::milliseconds poll_interval{1000};

Failure read_only_failure(const std::filesystem::path& file) {
    return {.kind = FailureKind::read_only,
            .what = fmt::format("{}: cannot write, because the journal was opened read-only", file.string()),
            .remedy = "Open the journal for reading and writing."};
}

class SqliteJournal final : public Journal {
public:
    SqliteJournal(const std::filesystem::path& file, OpenMode mode, std::unique_ptr<JournalWriter> writer)
        : file_(file), writer_(std::move(writer)), readers_(file, mode) {}

    std::expected<std::vector<Receipt>, AppendError>
    append(std::span<const Batch> group, std::optional<Sequence> head) override {
        if (!writer_) return std::unexpected(read_only_failure(file_));
        auto receipts = writer_->append(group, head);
        // The index of the log lives as long as a connection does: closing all lets the next one read the disk.
        if (!receipts && std::holds_alternative<Failure>(receipts.error())) readers_.close_idle();
        return receipts;
    }

    std::expected<std::unique_ptr<Hold>, Failure> hold() override {
        if (!writer_) return std::unexpected(read_only_failure(file_));
        return writer_->hold();
    }

    bool is_held_here() override { return writer_ && writer_->is_held_here(); }

    std::expected<std::unique_ptr<Cursor>, Failure> open_cursor(const ReadOptions& reading) override {
        return sqlite::open_cursor(readers_, reading);
    }

    std::expected<std::optional<Receipt>, Failure> receipt(const CommandId& command) override {
        return readers_.use([&](JournalReader& reader) { return reader.receipt(command); });
    }

    std::expected<Sequence, Failure> head() override {
        return readers_.use([](JournalReader& reader) { return reader.head(); });
    }

    std::expected<Sequence, Failure> wait(Sequence seen, std::chrono::milliseconds at_most) override {
        const auto deadline = steady_clock::now() + std::min<std::chrono::milliseconds>(at_most, system::wait_max);
        auto watch = acquire_watch();
        for (bool more = true; watch;) {
            if (!watch->drain()) { // the sidecar was replaced
                watch = watch_commits(file_);
                continue;
            }
            const auto now = head(); // after the watch exists, so that no append is missed
            if (!now || *now > seen || !more) {
                release_watch(std::move(*watch));
                return now;
            }
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
            const auto woken = watch->wait(std::min(left, poll_interval));
            if (!woken) return std::unexpected(woken.error());
            more = *woken != system::WakeReason::interrupted && steady_clock::now() < deadline;
        }
        return std::unexpected(watch.error());
    }

    [[nodiscard]] Durability durability() const override { return Durability::power; }

private:
    std::expected<FileWatch, Failure> acquire_watch() {
        const std::scoped_lock lock(mutex_);
        if (idle_.empty()) return watch_commits(file_);
        FileWatch watch = std::move(idle_.back());
        idle_.pop_back();
        return watch;
    }

    void release_watch(FileWatch watch) {
        const std::scoped_lock lock(mutex_);
        idle_.push_back(std::move(watch));
    }

    std::filesystem::path file_;
    std::unique_ptr<JournalWriter> writer_; // none when read only
    ReaderPool readers_;
    std::mutex mutex_;
    std::vector<FileWatch> idle_;
};

/// Refuses files that are not a journal of `domain` before anything is written beside them.
std::expected<Content, Failure> inspect(const std::filesystem::path& file, OpenMode mode, std::string_view domain) {
    auto database = JournalReader::connect(file, mode);
    if (!database) return std::unexpected(database.error());
    const auto content = recognise(*database);
    if (!content || *content == Content::nothing) return content;
    if (auto checked = check_domain(*database, domain); !checked) return std::unexpected(checked.error());
    if (auto reader = JournalReader::attach(std::move(*database)); !reader) return std::unexpected(reader.error());
    return content;
}

/// Returns whether SQLite may have failed only because it could not make its index of the log beside the file.
bool needs_a_writable_folder(const Failure& failure) {
    return failure.kind == FailureKind::read_only || failure.kind == FailureKind::input_output ||
           failure.kind == FailureKind::not_found;
}

std::expected<std::unique_ptr<Journal>, Failure>
open_to_read(const std::filesystem::path& file, const SqliteOptions& options) {
    OpenMode mode = OpenMode::read;
    auto content = inspect(file, mode, options.domain);
    if (!content && needs_a_writable_folder(content.error())) {
        if (has_log(file)) return std::unexpected(log_out_of_reach(file));
        auto frozen = inspect(file, OpenMode::frozen, options.domain);
        if (!frozen && needs_a_writable_folder(frozen.error())) return std::unexpected(content.error());
        content = std::move(frozen);
        mode = OpenMode::frozen;
    }
    if (!content) return std::unexpected(content.error());
    if (*content == Content::nothing) return std::unexpected(no_journal(file));
    return std::make_unique<SqliteJournal>(file, mode, nullptr);
}

std::expected<std::unique_ptr<Journal>, Failure>
open_to_write(const std::filesystem::path& file, bool may_create, const SqliteOptions& options) {
    if (auto permitted = system::check_may_write_in(file.parent_path(), file); !permitted)
        return std::unexpected(permitted.error());
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    if (!error && size > 0 && !is_creation_interrupted(file)) {
        if (auto content = inspect(file, OpenMode::read, options.domain); !content)
            return std::unexpected(content.error());
    }
    auto writer = JournalWriter::open(file, may_create, options);
    if (!writer) return std::unexpected(writer.error());
    return std::make_unique<SqliteJournal>(file, OpenMode::read, std::move(*writer));
}

std::expected<std::string, Failure> recorded_domain(const std::filesystem::path& file, OpenMode mode) {
    const auto database = JournalReader::connect(file, mode);
    if (!database) return std::unexpected(database.error());
    const auto content = recognise(*database);
    if (!content) return std::unexpected(content.error());
    if (*content == Content::nothing) return std::unexpected(no_journal(file));
    return database->text("SELECT domain FROM journal");
}

} // namespace

std::expected<std::unique_ptr<Journal>, Failure>
open_sqlite_journal(const std::filesystem::path& path, Access access, const SqliteOptions& options) {
    std::error_code error;
    const std::filesystem::path file = std::filesystem::absolute(path, error); // outlives a change of folder
    if (error) return std::unexpected(failure_of(path, "open", error.value()));
    if (auto placed = check_file(file, access); !placed) return std::unexpected(placed.error());
    if (access == Access::read_only) return open_to_read(file, options);
    return open_to_write(file, access == Access::create, options);
}

std::expected<std::string, Failure> domain_of_sqlite_journal(const std::filesystem::path& path) {
    std::error_code error;
    const std::filesystem::path file = std::filesystem::absolute(path, error);
    if (error) return std::unexpected(failure_of(path, "open", error.value()));
    if (auto placed = check_file(file, Access::read_only); !placed) return std::unexpected(placed.error());
    auto domain = recorded_domain(file, OpenMode::read);
    if (domain || !needs_a_writable_folder(domain.error()) || has_log(file)) return domain;
    return recorded_domain(file, OpenMode::frozen);
}

} // namespace evenfold::journal
