/// Journals for the tests of the kernel: owners of a journal, and a journal that fails on demand.
/// Shape: a TestJournal owns a journal in memory, or one in a file of its own scratch directory.
/// Errors: failures of the test setup itself are thrown.
#pragma once

#include <atomic>
#include <functional>

#include "evenfold/journal/journal.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::bank {

/// Opens the journal in `file`; creates it if there is none.
[[nodiscard]] std::unique_ptr<journal::Journal>
open_file(const std::filesystem::path& file, std::chrono::milliseconds lock_wait = std::chrono::seconds(30));

enum class Storage : std::uint8_t { memory, file };

/// Owns one journal that outlives its kernels; `reopen` closes a file and opens it again.
class TestJournal {
public:
    explicit TestJournal(Storage storage);

    [[nodiscard]] journal::Journal& journal() { return *journal_; }
    void reopen();

private:
    Storage storage_;
    journal::ScratchFolder folder_;
    std::unique_ptr<journal::Journal> journal_;
};

/// A journal whose operations fail as often as its counters demand.
class FailingJournal final : public journal::Journal {
public:
    explicit FailingJournal(journal::Journal& inner) : inner_(inner) {}

    std::atomic<int> refused_appends = 0;      // fail without storing
    std::atomic<int> appends_failing_late = 0; // fail after storing
    std::atomic<int> failing_reads = 0;        // of the head, or of a cursor that is opened
    std::atomic<int> failing_receipts = 0;
    std::atomic<int> failing_holds = 0;
    std::atomic<int> appends = 0;          // number of appends
    std::atomic<std::size_t> batches = 0;  // number of batches in all appends
    std::atomic<std::size_t> group = 0;    // number of batches in the last append
    std::atomic<Sequence> lowest_read = 0; // lowest sequence at which a read began, if below the current value
    journal::FailureKind kind = journal::FailureKind::input_output;
    std::function<void()> before_append = [] {};
    std::function<void()> after_append = [] {};
    std::function<void()> before_hold = [] {};

    [[nodiscard]] std::expected<std::vector<journal::Receipt>, journal::AppendError>
    append(std::span<const journal::Batch> group, std::optional<Sequence> head) override;
    [[nodiscard]] std::expected<std::unique_ptr<journal::Hold>, journal::Failure> hold() override;
    [[nodiscard]] bool is_held_here() override { return inner_.is_held_here(); }
    [[nodiscard]] std::expected<std::unique_ptr<journal::Cursor>, journal::Failure>
    open_cursor(const journal::ReadOptions& reading) override;
    [[nodiscard]] std::expected<std::optional<journal::Receipt>, journal::Failure>
    receipt(const CommandId& command) override;
    [[nodiscard]] std::expected<Sequence, journal::Failure> head() override;
    [[nodiscard]] std::expected<Sequence, journal::Failure>
    wait(Sequence seen, std::chrono::milliseconds at_most) override {
        return inner_.wait(seen, at_most);
    }
    [[nodiscard]] journal::Durability durability() const override { return inner_.durability(); }

private:
    [[nodiscard]] journal::Failure injected_failure() const;

    journal::Journal& inner_;
};

/// Returns all records of `journal`, in order.
[[nodiscard]] std::vector<journal::Record> records_of(journal::Journal& journal);

} // namespace evenfold::bank
