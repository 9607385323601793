#include "evenfold/journal/sqlite/sqlite_journal.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <mutex>
#include <system_error>
#include <utility>

#include "evenfold/journal/signatures.hpp"
#include "evenfold/journal/sqlite/identity.hpp"
#include "evenfold/journal/sqlite/journal_file.hpp"
#include "evenfold/journal/sqlite/reader.hpp"
#include "evenfold/journal/sqlite/signatures/chain_source.hpp"
#include "evenfold/journal/sqlite/tail_check.hpp"
#include "evenfold/journal/sqlite/writer.hpp"
#include "evenfold/storage/sqlite/file_names.hpp"
#include "evenfold/storage/sqlite/write_ahead_log.hpp"
#include "evenfold/system/durable.hpp"
#include "evenfold/system/notification.hpp"

namespace evenfold::journal {

namespace {

using namespace sqlite;
using std::chrono::steady_clock;
using storage::sqlite::at_rest;
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
    [[nodiscard]] static std::expected<std::unique_ptr<Journal>, Failure>
    over(const std::filesystem::path& file, std::unique_ptr<JournalWriter> writer) {
        auto registered = storage::sqlite::RegisteredFile::of(file);
        if (!registered) return std::unexpected(registered.error());
        return std::unique_ptr<Journal>(new SqliteJournal(file, std::move(writer), *std::move(registered)));
    }

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

    std::expected<JournalPosition, Failure> position() override {
        return readers_.use([](JournalReader& reader) { return reader.position(); });
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

    [[nodiscard]] JournalSignatures* signatures() override { return &signatures_; }

    [[nodiscard]] Durability durability() const override { return Durability::power; }

    std::expected<void, Failure> verify() override {
        return readers_.use([](const JournalReader& reader) { return reader.verify(); });
    }

private:
    class Signatures final : public JournalSignatures {
    public:
        explicit Signatures(SqliteJournal& journal) : journal_(&journal) {}

        std::expected<std::unique_ptr<chain::ChainSource>, Failure> open_chain() override {
            return sqlite::open_chain(journal_->file_);
        }
        std::expected<void, Failure> start_signing(const chain::JournalKey& key, Instant at) override {
            if (!journal_->writer_) return std::unexpected(read_only_failure(journal_->file_));
            return journal_->writer_->start_signing(key, at);
        }
        std::expected<void, Failure> change_key(const chain::JournalKey& next, Instant at) override {
            if (!journal_->writer_) return std::unexpected(read_only_failure(journal_->file_));
            return journal_->writer_->change_key(next, at);
        }
        std::expected<std::unique_ptr<chain::ChainSink>, Failure> open_sink(Instant at) override {
            if (!journal_->writer_) return std::unexpected(read_only_failure(journal_->file_));
            return journal_->writer_->open_sink(at);
        }
        std::expected<std::unique_ptr<JournalTree>, Failure> open_tree() override {
            return sqlite::open_tree(journal_->file_);
        }
        std::expected<std::optional<chain::HeadRow>, Failure> newest_head() override {
            return sqlite::newest_head(journal_->file_);
        }
        std::expected<void, Failure> add_head(const chain::HeadRow& head, Instant at) override {
            if (!journal_->writer_) return std::unexpected(read_only_failure(journal_->file_));
            return journal_->writer_->add_head(head, at);
        }
        std::expected<void, Failure> add_anchoring(const Anchoring& anchoring) override {
            if (!journal_->writer_) return std::unexpected(read_only_failure(journal_->file_));
            return journal_->writer_->add_anchoring(anchoring);
        }
        std::expected<void, Failure> remove_payloads(const PayloadRemoval& removal) override {
            if (!journal_->writer_) return std::unexpected(read_only_failure(journal_->file_));
            journal_->readers_.close_idle(); // their memory has the payloads
            return journal_->writer_->remove_payloads(removal);
        }
        std::expected<void, Failure> overwrite_removed() override {
            if (!journal_->writer_) return std::unexpected(read_only_failure(journal_->file_));
            return journal_->writer_->overwrite_removed();
        }
        std::expected<std::vector<Anchoring>, Failure> anchorings() override {
            return sqlite::read_anchorings(journal_->file_);
        }

    private:
        SqliteJournal* journal_;
    };

    SqliteJournal(const std::filesystem::path& file, std::unique_ptr<JournalWriter> writer,
                  storage::sqlite::RegisteredFile registered)
        : file_(file),
          writer_(std::move(writer)),
          readers_(file, std::move(registered), writer_ ? Freezing::never : Freezing::allowed) {}

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
    Signatures signatures_{*this};
};

/// Connects to `file` to read it, and calls `read` with the connection. Creates no files beside a journal without a
/// log.
template <class Read>
auto with_reader(const std::filesystem::path& file, const Read& read) -> decltype(read(std::declval<Database>())) {
    for (;;) {
        const auto rest = at_rest(file);
        auto database = JournalReader::connect(file, rest ? OpenMode::frozen : OpenMode::read);
        if (!database) return std::unexpected(failure_to_read(file, database.error()));
        if (auto checked = check_log(*database, Access::read_only); !checked)
            return std::unexpected(failure_to_read(file, checked.error()));
        auto result = read(std::move(*database));
        if (rest && rest != at_rest(file)) continue; // changed meanwhile, which this connection does not notice
        if (!result) return std::unexpected(failure_to_read(file, result.error()));
        return result;
    }
}

/// Refuses files that are not a journal of `domain` before anything is written beside them.
std::expected<Content, Failure> inspect(const std::filesystem::path& file, std::string_view domain) {
    return with_reader(file, [&](Database database) -> std::expected<Content, Failure> {
        const auto content = recognise(database);
        if (!content || *content == Content::nothing) return content;
        if (auto checked = check_domain(database, domain); !checked) return std::unexpected(checked.error());
        if (auto checked = check_tail(database); !checked) return std::unexpected(checked.error());
        if (auto reader = JournalReader::attach(std::move(database)); !reader) return std::unexpected(reader.error());
        return content;
    });
}

std::expected<std::unique_ptr<Journal>, Failure>
open_to_read(const std::filesystem::path& file, const SqliteOptions& options) {
    const auto content = inspect(file, options.domain);
    if (!content) return std::unexpected(content.error());
    if (*content == Content::nothing) return std::unexpected(no_journal(file));
    return SqliteJournal::over(file, nullptr);
}

std::expected<std::unique_ptr<Journal>, Failure>
open_to_write(const std::filesystem::path& file, Access access, const SqliteOptions& options) {
    if (auto permitted = system::check_may_write_in(file.parent_path(), file); !permitted)
        return std::unexpected(permitted.error());
    std::error_code error;
    if (const auto size = std::filesystem::file_size(file, error); !error) {
        if (auto permitted = system::check_may_write(file); !permitted) return std::unexpected(permitted.error());
        const bool has_pages = size > 0 && !is_creation_interrupted(file);
        if (has_pages) {
            if (auto content = inspect(file, options.domain); !content) return std::unexpected(content.error());
        }
    }
    auto writer = JournalWriter::open(file, access, options);
    if (!writer) return std::unexpected(writer.error());
    return SqliteJournal::over(file, std::move(*writer));
}

/// Returns the one path of the file, if it may be opened.
std::expected<std::filesystem::path, Failure> checked_path(const std::filesystem::path& path, Access access) {
    auto file = storage::sqlite::resolve(path);
    if (!file) return file;
    if (auto named = storage::sqlite::check_names(*file); !named) return std::unexpected(named.error());
    if (auto recognised = check_file(*file, access); !recognised) return std::unexpected(recognised.error());
    if (auto moved = check_former_path(*file); !moved) return std::unexpected(moved.error());
    return file;
}

} // namespace

std::expected<std::unique_ptr<Journal>, Failure>
open_sqlite_journal(const std::filesystem::path& path, Access access, const SqliteOptions& options) {
    const auto file = checked_path(path, access);
    if (!file) return std::unexpected(file.error());
    if (access == Access::read_only) return open_to_read(*file, options);
    return open_to_write(*file, access, options);
}

std::expected<std::unique_ptr<chain::ChainSource>, Failure> open_sqlite_chain(const std::filesystem::path& path) {
    const auto file = checked_path(path, Access::read_only);
    if (!file) return std::unexpected(file.error());
    return sqlite::open_chain(*file);
}

std::expected<std::string, Failure> domain_of_sqlite_journal(const std::filesystem::path& path) {
    const auto file = checked_path(path, Access::read_only);
    if (!file) return std::unexpected(file.error());
    return with_reader(*file, [&](const Database& database) -> std::expected<std::string, Failure> {
        const auto content = recognise(database);
        if (!content) return std::unexpected(content.error());
        if (*content == Content::nothing) return std::unexpected(no_journal(*file));
        return database.text("SELECT domain FROM journal");
    });
}

} // namespace evenfold::journal
