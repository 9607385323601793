#include "evenfold/journal/sqlite/sqlite_journal.hpp"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <mutex>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "evenfold/journal/gate.hpp"
#include "evenfold/journal/sqlite/failure.hpp"
#include "evenfold/journal/sqlite/reader.hpp"
#include "evenfold/journal/sqlite/schema.hpp"
#include "evenfold/journal/sqlite/sidecar/watch.hpp"
#include "evenfold/journal/sqlite/writer.hpp"

namespace evenfold::journal {

namespace {

using namespace sqlite;
using Clock = std::chrono::steady_clock;

Failure read_only_failure(const std::filesystem::path& file) {
    return {.kind = FailureKind::read_only,
            .what = fmt::format("{}: a writer is asked of a journal that was opened read only", file.string()),
            .remedy = "Open the journal for reading and writing."};
}

class SqliteJournal final : public Journal {
public:
    SqliteJournal(const std::filesystem::path& file, Mode mode, std::unique_ptr<Writer> writer)
        : file_(file), writer_(std::move(writer)), readers_(file, mode) {}

    std::expected<std::vector<Receipt>, AppendError>
    append(std::span<const Batch> group, std::optional<Sequence> head) override {
        if (!writer_) return std::unexpected(read_only_failure(file_));
        auto receipts = writer_->append(group, head);
        // The index of the log lives as long as a connection does: closing all lets the next one read the disk.
        if (!receipts && std::holds_alternative<Failure>(receipts.error())) readers_.forget();
        return receipts;
    }

    std::expected<std::unique_ptr<Hold>, Failure> hold() override {
        if (!writer_) return std::unexpected(read_only_failure(file_));
        return writer_->hold();
    }

    std::expected<void, Failure> read(Sequence from, const Visit& visit) override {
        return visit_pages(visit, std::max<Sequence>(from, 1), [](Reader& reader, Page& page, auto next, Sequence to) {
            return next > to ? std::expected<void, Failure>() : reader.fill(page, next, to);
        });
    }

    std::expected<void, Failure> read_stream(std::string_view stream, StreamVersion from, const Visit& visit) override {
        return visit_pages(
            visit, std::max<StreamVersion>(from, 1),
            [&](Reader& reader, Page& page, auto next, Sequence to) { return reader.fill(page, stream, next, to); });
    }

    std::expected<std::optional<Receipt>, Failure> receipt(const CommandId& command) override {
        return readers_.use([&](Reader& reader) { return reader.receipt(command); });
    }

    std::expected<Sequence, Failure> head() override {
        return readers_.use([](Reader& reader) { return reader.head(); });
    }

    std::expected<Sequence, Failure> wait(Sequence seen, std::chrono::milliseconds at_most) override {
        const auto deadline = Clock::now() + std::min<std::chrono::milliseconds>(at_most, wait_max);
        auto watch = borrow_watch();
        for (bool more = true; watch;) {
            if (!watch->drain()) { // the sidecar was replaced
                watch = Watch::on(file_);
                continue;
            }
            const auto now = head(); // after the watch stands, so that no append slips between
            if (!now || *now > seen || !more) {
                give_back(std::move(*watch));
                return now;
            }
            const auto woken = watch->wait(std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()));
            if (!woken) return std::unexpected(woken.error());
            more = *woken == Woken::rung && Clock::now() < deadline;
        }
        return std::unexpected(watch.error());
    }

    [[nodiscard]] Durability durability() const override { return Durability::power; }

private:
    /// Pages are read with a lent reader and visited without it: a slow visitor holds nothing, and may call back.
    std::expected<void, Failure> visit_pages(const Visit& visit, std::uint64_t next, auto fill) {
        const auto to = head();
        if (!to) return std::unexpected(to.error());
        Page page;
        do {
            page.clear();
            auto filled = readers_.use([&](Reader& reader) { return fill(reader, page, next, *to); });
            if (!filled) return filled;
            for (const Record& record : page.records()) {
                if (!visit(record)) return {};
            }
            next += page.records().size();
        } while (page.is_full());
        return {};
    }

    std::expected<Watch, Failure> borrow_watch() {
        const std::scoped_lock hold(mutex_);
        if (idle_.empty()) return Watch::on(file_);
        Watch watch = std::move(idle_.back());
        idle_.pop_back();
        return watch;
    }

    void give_back(Watch watch) {
        const std::scoped_lock hold(mutex_);
        idle_.push_back(std::move(watch));
    }

    std::filesystem::path file_;
    std::unique_ptr<Writer> writer_; // none when read only
    Readers readers_;
    std::mutex mutex_;
    std::vector<Watch> idle_;
};

/// Refuses what is no journal before anything is written beside it.
std::expected<Content, Failure> inspect(const std::filesystem::path& file, Mode mode) {
    const auto reader = Reader::open(file, mode);
    if (!reader) return std::unexpected(reader.error());
    return recognise((*reader)->database());
}

Failure empty_file(const std::filesystem::path& file) {
    return {.kind = FailureKind::not_a_journal,
            .what = fmt::format("{}: empty, no journal yet", file.string()),
            .remedy = "Open it with leave to create a journal, or check the path."};
}

/// Whether SQLite may have failed only because it could not make its index of the log beside the file.
bool needs_a_writable_folder(const Failure& failure) {
    return failure.kind == FailureKind::read_only || failure.kind == FailureKind::input_output ||
           failure.kind == FailureKind::not_found;
}

std::expected<std::unique_ptr<Journal>, Failure> open_to_read(const std::filesystem::path& file) {
    Mode mode = Mode::read;
    auto content = inspect(file, mode);
    if (!content && needs_a_writable_folder(content.error())) {
        if (has_log(file)) return std::unexpected(log_out_of_reach(file));
        auto frozen = inspect(file, Mode::frozen);
        if (!frozen && needs_a_writable_folder(frozen.error())) return std::unexpected(content.error());
        content = std::move(frozen);
        mode = Mode::frozen;
    }
    if (!content) return std::unexpected(content.error());
    if (*content == Content::nothing) return std::unexpected(empty_file(file));
    return std::make_unique<SqliteJournal>(file, mode, nullptr);
}

std::expected<std::unique_ptr<Journal>, Failure>
open_to_write(const std::filesystem::path& file, bool may_create, std::chrono::milliseconds lock_wait) {
    if (access(file.parent_path().c_str(), W_OK | X_OK) != 0) {
        return std::unexpected(failure_of(file, "write in its folder", errno));
    }
    std::error_code error;
    if (const auto size = std::filesystem::file_size(file, error); !error && size > 0) {
        if (auto content = inspect(file, Mode::read); !content) return std::unexpected(content.error());
    }
    auto writer = Writer::open(file, may_create, lock_wait);
    if (!writer) return std::unexpected(writer.error());
    return std::make_unique<SqliteJournal>(file, Mode::read, std::move(*writer));
}

/// Refuses what no access can open.
std::expected<void, Failure> check_place(const std::filesystem::path& file, Access access) {
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (!std::filesystem::exists(status)) {
        if (access == Access::create) return {};
        return std::unexpected(failure_of(file, "open", error ? error.value() : ENOENT));
    }
    if (!std::filesystem::is_regular_file(status)) {
        return std::unexpected(Failure{.kind = FailureKind::not_a_journal,
                                       .what = fmt::format("{}: not a plain file", file.string()),
                                       .remedy = "Name the journal's file itself."});
    }
    if (access != Access::create && std::filesystem::file_size(file, error) == 0) {
        return std::unexpected(empty_file(file));
    }
    return {};
}

} // namespace

std::expected<std::unique_ptr<Journal>, Failure>
open_sqlite_journal(const std::filesystem::path& path, Access access, std::chrono::milliseconds lock_wait) {
    std::error_code error;
    const std::filesystem::path file = std::filesystem::absolute(path, error); // outlives a change of folder
    if (error) return std::unexpected(failure_of(path, "open", error.value()));
    if (auto placed = check_place(file, access); !placed) return std::unexpected(placed.error());
    if (access == Access::read_only) return open_to_read(file);
    return open_to_write(file, access == Access::create, lock_wait);
}

} // namespace evenfold::journal
