/// Checks that each event belongs to its command's receipt, and the chain of receipts without events.
/// Shapes: receipts are read in step with the events, one ahead, so that each is compared at its place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "evenfold/journal/chain/source.hpp"
#include "evenfold/journal/chain/verifying/checked.hpp"
#include "evenfold/journal/chain/verifying/keys.hpp"

namespace evenfold::journal::chain {

class ReceiptChecks {
public:
    /// Both must outlive it. `unsealed_max` is the greatest `first` of receipts without events and without a link: the
    /// first signed event.
    ReceiptChecks(ChainSource& source, const KeySchedule& keys, Sequence unsealed_max)
        : source_(&source), keys_(&keys), unsealed_max_(unsealed_max) {}

    /// Returns whether the row's index is the next of the current command, or 0 of a new one.
    [[nodiscard]] bool is_next_index(const EventRow& row) const;

    /// Checks the receipts up to the row, and that of the row. Before this, the row's index must have been checked.
    [[nodiscard]] Checked check(const EventRow& row, Sequence due);

    /// Finds the cause of a wrong mac at `due` among the receipts: the next link, or a count that is not the number of
    /// events. Reads ahead in `source`, so that the pass must end. Returns nothing if the cause is elsewhere.
    [[nodiscard]] Checked explain_wrong_mac(const EventRow& row, Sequence due);

    /// Moves behind the row.
    void pass(const EventRow& row) { next_index_ = row.index + 1; }

    /// Checks the receipts after the last event.
    [[nodiscard]] Checked finish(Sequence head);

    /// Continues at a position behind which no command is open.
    void resume(const ResumeRow& at);

    /// Returns the receipt of the current command.
    [[nodiscard]] const ReceiptRow& current() const { return current_; }
    [[nodiscard]] const std::optional<Hash>& newest_empty() const { return newest_empty_; }

private:
    [[nodiscard]] std::expected<bool, VerifyStop> load_receipt();
    [[nodiscard]] std::expected<bool, VerifyStop> load_link();
    [[nodiscard]] Checked pass_links(Sequence due);
    [[nodiscard]] Checked pass_unsealed(Sequence due);
    [[nodiscard]] Checked take_receipt(const EventRow& row, Sequence due);
    [[nodiscard]] bool is_next_link(const EmptyReceiptRow& link) const;
    [[nodiscard]] bool is_key_allowed(const EmptyReceiptRow& link) const;
    [[nodiscard]] bool has_open_command() const { return next_index_ < current_.count; }

    ChainSource* source_;
    const KeySchedule* keys_;
    Sequence unsealed_max_;
    RowAhead<ReceiptRow> receipt_;
    RowAhead<EmptyReceiptRow> link_;
    std::uint64_t link_number_ = 0; // of the newest link
    std::uint64_t link_key_ = 0;
    std::optional<Hash> newest_empty_;
    ReceiptRow current_;
    std::uint32_t next_index_ = 0;
};

} // namespace evenfold::journal::chain
