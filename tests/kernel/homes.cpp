#include "evenfold/tests/kernel/homes.hpp"

#include <stdexcept>

#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/journal/sqlite/sqlite_journal.hpp"

namespace evenfold::bank {
namespace {

constexpr auto file_name = "journal.db";

/// Decrements `left` if it is positive. Returns whether it was.
bool takes(std::atomic<int>& left) {
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

Home::Home(Storage storage) : storage_(storage) {
    if (storage_ == Storage::memory)
        journal_ = std::make_unique<journal::MemoryJournal>();
    else
        journal_ = open_file(folder_ / file_name);
}

void Home::reopen() {
    if (storage_ == Storage::memory) return;
    journal_.reset();
    journal_ = open_file(folder_ / file_name);
}

journal::Failure FailingJournal::trouble() const {
    return {.kind = kind, .what = "the disk went away", .remedy = "bring it back"};
}

std::expected<std::vector<journal::Receipt>, journal::AppendError>
FailingJournal::append(std::span<const journal::Batch> asked, std::optional<Sequence> head) {
    ++appends;
    group = asked.size();
    batches += asked.size();
    before_append();
    if (takes(refused_appends)) return std::unexpected(trouble());
    auto appended = inner_.append(asked, head);
    after_append();
    if (takes(unanswered_appends)) return std::unexpected(trouble());
    return appended;
}

std::expected<std::unique_ptr<journal::Hold>, journal::Failure> FailingJournal::hold() {
    before_hold();
    if (takes(failing_holds)) return std::unexpected(trouble());
    return inner_.hold();
}

std::expected<std::unique_ptr<journal::Cursor>, journal::Failure>
FailingJournal::open_cursor(const journal::Reading& reading) {
    const Sequence from = reading.from.value_or(0);
    if (from < lowest_read) lowest_read = from;
    if (takes(failing_reads)) return std::unexpected(trouble());
    return inner_.open_cursor(reading);
}

std::expected<Sequence, journal::Failure> FailingJournal::head() {
    if (takes(failing_reads)) return std::unexpected(trouble());
    return inner_.head();
}

std::expected<std::optional<journal::Receipt>, journal::Failure> FailingJournal::receipt(const CommandId& command) {
    if (takes(failing_receipts)) return std::unexpected(trouble());
    return inner_.receipt(command);
}

std::vector<journal::Record> records_of(journal::Journal& journal) {
    auto records = journal::read_all(journal);
    if (!records) throw std::runtime_error(records.error().what);
    return std::move(*records);
}

} // namespace evenfold::bank
