#include "evenfold/tests/kernel/test_journals.hpp"

#include <stdexcept>

#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/journal/sqlite/sqlite_journal.hpp"

namespace evenfold::bank {
namespace {

constexpr auto file_name = "journal.db";

/// Decrements `left` if it is positive. Returns whether it was.
bool consume(std::atomic<int>& left) {
    if (left <= 0) return false;
    --left;
    return true;
}

} // namespace

std::unique_ptr<journal::Journal> open_file(const std::filesystem::path& file, std::chrono::milliseconds lock_wait) {
    auto opened = journal::open_sqlite_journal(file, journal::Access::create, {.lock_wait = lock_wait});
    if (!opened) throw std::runtime_error(opened.error().what);
    return std::move(*opened);
}

TestJournal::TestJournal(Storage storage) : storage_(storage) {
    if (storage_ == Storage::memory)
        journal_ = std::make_unique<journal::MemoryJournal>();
    else
        journal_ = open_file(folder_ / file_name);
}

void TestJournal::reopen() {
    if (storage_ == Storage::memory) return;
    journal_.reset();
    journal_ = open_file(folder_ / file_name);
}

journal::Failure FailingJournal::injected_failure() const {
    return {.kind = kind, .what = "the disk went away", .remedy = "bring it back"};
}

std::expected<std::vector<journal::Receipt>, journal::AppendError>
FailingJournal::append(std::span<const journal::Batch> to_append, std::optional<Sequence> head) {
    ++appends;
    group = to_append.size();
    batches += to_append.size();
    before_append();
    if (consume(refused_appends)) return std::unexpected(injected_failure());
    auto appended = inner_.append(to_append, head);
    after_append();
    if (consume(appends_failing_late)) return std::unexpected(injected_failure());
    return appended;
}

std::expected<std::unique_ptr<journal::Hold>, journal::Failure> FailingJournal::hold() {
    before_hold();
    if (consume(failing_holds)) return std::unexpected(injected_failure());
    return inner_.hold();
}

std::expected<std::unique_ptr<journal::Cursor>, journal::Failure>
FailingJournal::open_cursor(const journal::ReadOptions& reading) {
    const Sequence from = reading.from.value_or(0);
    if (from < lowest_read) lowest_read = from;
    if (consume(failing_reads)) return std::unexpected(injected_failure());
    return inner_.open_cursor(reading);
}

std::expected<Sequence, journal::Failure> FailingJournal::head() {
    if (consume(failing_reads)) return std::unexpected(injected_failure());
    return inner_.head();
}

std::expected<std::optional<journal::Receipt>, journal::Failure> FailingJournal::receipt(const CommandId& command) {
    if (consume(failing_receipts)) return std::unexpected(injected_failure());
    return inner_.receipt(command);
}

std::vector<journal::Record> records_of(journal::Journal& journal) {
    auto records = journal::read_all(journal);
    if (!records) throw std::runtime_error(records.error().what);
    return std::move(*records);
}

} // namespace evenfold::bank
