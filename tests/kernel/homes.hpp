/// Journals for the tests of the kernel: where they live, and one that fails when it is told to.
/// Shape: a home is a journal in memory, or one in a file of a folder that goes with it.
/// Errors: what is in the way of a test itself is thrown.
#pragma once

#include <atomic>
#include <functional>

#include "evenfold/journal/journal.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::bank {

/// The journal in that file, made if there is none.
[[nodiscard]] std::unique_ptr<journal::Journal>
open_file(const std::filesystem::path& file, std::chrono::milliseconds lock_wait = std::chrono::seconds(30));

enum class Storage : std::uint8_t { memory, file };

/// One journal that outlives its kernels; a file is closed and opened by `reopen`.
class Home {
public:
    explicit Home(Storage storage);

    [[nodiscard]] journal::Journal& journal() { return *journal_; }
    void reopen();

private:
    Storage storage_;
    journal::ScratchFolder folder_;
    std::unique_ptr<journal::Journal> journal_;
};

/// A journal whose appends and reads fail as often as they are told to.
class FailingJournal final : public journal::Journal {
public:
    explicit FailingJournal(journal::Journal& inner) : inner_(inner) {}

    std::atomic<int> refused_appends = 0;    // fail, and nothing is stored
    std::atomic<int> unanswered_appends = 0; // fail, and all is stored
    std::atomic<int> failing_reads = 0;      // of the head, or of a cursor that is opened
    std::atomic<int> failing_receipts = 0;
    std::atomic<int> failing_holds = 0;
    std::atomic<int> appends = 0;          // so many were asked for
    std::atomic<std::size_t> batches = 0;  // so many were in them
    std::atomic<std::size_t> group = 0;    // so many were in the last of them
    std::atomic<Sequence> lowest_read = 0; // the least that a read began at, if that was less
    journal::FailureKind kind = journal::FailureKind::input_output;
    std::function<void()> before_append = [] {};
    std::function<void()> after_append = [] {};
    std::function<void()> before_hold = [] {};

    [[nodiscard]] std::expected<std::vector<journal::Receipt>, journal::AppendError>
    append(std::span<const journal::Batch> group, std::optional<Sequence> head) override;
    [[nodiscard]] std::expected<std::unique_ptr<journal::Hold>, journal::Failure> hold() override;
    [[nodiscard]] bool is_held_here() override { return inner_.is_held_here(); }
    [[nodiscard]] std::expected<std::unique_ptr<journal::Cursor>, journal::Failure>
    open_cursor(const journal::Reading& reading) override;
    [[nodiscard]] std::expected<std::optional<journal::Receipt>, journal::Failure>
    receipt(const CommandId& command) override;
    [[nodiscard]] std::expected<Sequence, journal::Failure> head() override;
    [[nodiscard]] std::expected<Sequence, journal::Failure>
    wait(Sequence seen, std::chrono::milliseconds at_most) override {
        return inner_.wait(seen, at_most);
    }
    [[nodiscard]] journal::Durability durability() const override { return inner_.durability(); }

private:
    [[nodiscard]] journal::Failure trouble() const;

    journal::Journal& inner_;
};

/// All records of `journal`, in order.
[[nodiscard]] std::vector<journal::Record> records_of(journal::Journal& journal);

} // namespace evenfold::bank
