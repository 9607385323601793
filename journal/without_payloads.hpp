/// A journal as it would be without the payloads of some events, so that the effect of a removal is known before it is
/// made. Shapes: reads are those of the journal, with the named events as `removed`; it refuses to append.
/// The journal must outlive it. Threads and errors: as the journal.
///
///     WithoutPayloads what_stays(journal, {{3, 5}, {9, 9}});
///     const auto after = kernel::replay<Plans>(what_stays); // compare its digest with that of `journal`
#pragma once

#include <memory>
#include <vector>

#include "evenfold/journal/chain/verify.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::journal {

class WithoutPayloads final : public Journal {
public:
    /// `removed` is ascending.
    WithoutPayloads(Journal& journal, std::vector<chain::SequenceRange> removed)
        : journal_(&journal), removed_(std::move(removed)) {}

    std::expected<std::vector<Receipt>, AppendError>
    append(std::span<const Batch> group, std::optional<Sequence> head) override;
    std::expected<std::unique_ptr<Hold>, Failure> hold() override { return journal_->hold(); }
    bool is_held_here() override { return journal_->is_held_here(); }
    std::expected<std::unique_ptr<Cursor>, Failure> open_cursor(const ReadOptions& reading) override;
    std::expected<std::optional<Receipt>, Failure> receipt(const CommandId& command) override {
        return journal_->receipt(command);
    }
    std::expected<Sequence, Failure> head() override { return journal_->head(); }
    std::expected<JournalPosition, Failure> position() override { return journal_->position(); }
    std::expected<Sequence, Failure> wait(Sequence seen, std::chrono::milliseconds at_most) override {
        return journal_->wait(seen, at_most);
    }
    [[nodiscard]] Durability durability() const override { return journal_->durability(); }
    std::expected<void, Failure> verify() override { return journal_->verify(); }

private:
    Journal* journal_;
    std::vector<chain::SequenceRange> removed_;
};

} // namespace evenfold::journal
