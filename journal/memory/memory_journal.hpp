/// `MemoryJournal`: a journal in memory, for tests and for tools that keep nothing. It is the reference implementation
/// of the port: everything holds as journal.hpp states, but nothing survives the object (Durability::none).
/// Any thread may call it. Errors: the refusals of the port; a Failure only if a signed journal gets no random
/// salts, or has imported rows of another key.
///
///     journal::MemoryJournal journal; // must outlive the kernel
///     const auto kernel = kernel::Kernel<Counter>::open(journal, &kernel::now);
///     assert((*kernel)->snapshot()->head == 0);
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "evenfold/journal/journal.hpp"
#include "evenfold/journal/signer.hpp"
#include "evenfold/system/recursive_timed_mutex.hpp"

namespace evenfold::journal {

struct MemoryOptions {
    /// The names that the first signature binds the journal to. Without an origin, it gets a random one.
    std::string domain{}; // NOLINT(readability-redundant-member-init): so that it may be left unnamed
    std::string origin{}; // NOLINT(readability-redundant-member-init): as `domain`
    /// The key that signs from the first event on. Without it, the journal is unsigned until
    /// `JournalSignatures::start_signing`.
    std::optional<SigningOptions> signing{}; // NOLINT(readability-redundant-member-init): as `domain`
};

/// Not durable. A signal does not end a wait, because condition variables do not notice signals.
class MemoryJournal : public Journal {
public:
    explicit MemoryJournal(const MemoryOptions& options = {});
    ~MemoryJournal() override;

    [[nodiscard]] std::expected<std::vector<Receipt>, AppendError>
    append(std::span<const Batch> group, std::optional<Sequence> head) override;

    [[nodiscard]] std::expected<std::unique_ptr<Hold>, Failure> hold() override;

    [[nodiscard]] bool is_held_here() override { return appending_.is_owned_here(); }

    [[nodiscard]] std::expected<std::unique_ptr<Cursor>, Failure> open_cursor(const ReadOptions& reading) override;

    [[nodiscard]] std::expected<std::optional<Receipt>, Failure> receipt(const CommandId& command) override;

    [[nodiscard]] std::expected<Sequence, Failure> head() override;

    [[nodiscard]] std::expected<JournalPosition, Failure> position() override;

    [[nodiscard]] std::expected<Sequence, Failure> wait(Sequence seen, std::chrono::milliseconds at_most) override;

    [[nodiscard]] JournalSignatures* signatures() override;

    [[nodiscard]] Durability durability() const override { return Durability::none; }

private:
    class MemorySignatures;
    struct Staged;
    class MemoryCursor;

    [[nodiscard]] std::optional<AppendError>
    stage(const Batch& batch, std::optional<Sequence> head, Staged& staged) const;
    [[nodiscard]] const Receipt* find_receipt(const CommandId& command, const Staged& staged) const;
    [[nodiscard]] StreamVersion version_of(const std::string& stream, const Staged& staged) const;
    void keep(Staged& staged); // all but its receipts

    system::RecursiveTimedMutex appending_; // held while appending; locked before mutex_
    std::shared_mutex emptying_;            // shared while records are copied, exclusive while payloads are removed
    std::mutex mutex_;                      // locked last
    std::condition_variable grown_;
    std::deque<Record> records_; // grows at its end only, so a stored record never moves; only a removal changes it
    std::unordered_map<CommandId, Receipt> receipts_;
    std::map<std::string, std::vector<std::size_t>, std::less<>> streams_; // indices in records_
    std::unique_ptr<MemorySignatures> signatures_;
};

} // namespace evenfold::journal
