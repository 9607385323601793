#include "evenfold/journal/chain/verifying/receipts.hpp"

#include "evenfold/core/values/hex.hpp"

namespace evenfold::journal::chain {
namespace {

std::unexpected<VerifyStop> mismatch(Sequence due, std::string detail) {
    return broken(BreakReason::receipt_mismatch, due, std::move(detail));
}

std::string name_of_command(const CommandId& command) {
    return "command " + to_text(command);
}

} // namespace

bool ReceiptChecks::is_next_index(const EventRow& row) const {
    if (!has_open_command()) return row.index == 0;
    return row.command == current_.command && row.index == next_index_;
}

std::expected<bool, VerifyStop> ReceiptChecks::load_receipt() {
    return receipt_.load([&](ReceiptRow& row) { return source_->next_receipt(row); });
}

std::expected<bool, VerifyStop> ReceiptChecks::load_link() {
    return link_.load([&](EmptyReceiptRow& row) { return source_->next_empty_receipt(row); });
}

void ReceiptChecks::resume(const ResumeRow& at) {
    link_number_ = at.empty_receipts;
    link_key_ = at.empty_key;
    newest_empty_ = hash_from(at.newest_empty);
}

Checked ReceiptChecks::check(const EventRow& row, Sequence due) {
    if (const Checked links = pass_links(due); !links) return links;
    if (const Checked unsealed = pass_unsealed(due); !unsealed) return unsealed;
    if (!has_open_command()) {
        if (const Checked taken = take_receipt(row, due); !taken) return taken;
    }
    const auto exists = load_receipt();
    if (!exists) return std::unexpected(exists.error());
    if (*exists && receipt_.row.first <= due)
        return mismatch(due, "the receipt of " + name_of_command(receipt_.row.command) +
                                 " names an event of another command");
    return {};
}

Checked ReceiptChecks::take_receipt(const EventRow& row, Sequence due) {
    const auto exists = load_receipt();
    if (!exists) return std::unexpected(exists.error());
    const bool is_its = *exists && receipt_.row.first == due && receipt_.row.command == row.command;
    if (!is_its) return mismatch(due, "the receipt of " + name_of_command(row.command) + " is not at this event");
    current_ = receipt_.row;
    next_index_ = 0;
    receipt_.pass();
    return {};
}

/// Passes receipts without events that are older than the first signature, which nothing covers.
Checked ReceiptChecks::pass_unsealed(Sequence due) {
    for (;;) {
        const auto exists = load_receipt();
        if (!exists) return std::unexpected(exists.error());
        if (!*exists || receipt_.row.count > 0 || receipt_.row.first > due) return {};
        if (receipt_.row.first > unsealed_max_)
            return mismatch(due, "the receipt of " + name_of_command(receipt_.row.command) + " has no link");
        receipt_.pass();
    }
}

/// Returns whether the link's key was in force when its receipt was stored: the current one, or one that was replaced
/// directly before the receipt's next event. Several keys may have been replaced there.
bool ReceiptChecks::is_key_allowed(const EmptyReceiptRow& link) const {
    const KeyInForce* current = keys_->current();
    if (!current || link.key < link_key_ || link.key > current->row->number) return false;
    if (link.key == current->row->number) return true;
    const KeyRow* next = keys_->row(link.key + 1);
    return next && next->first == link.receipt->first;
}

bool ReceiptChecks::is_next_link(const EmptyReceiptRow& link) const {
    const KeyRow* key = keys_->row(link.key);
    const std::optional<Hash> stored = hash_from(link.mac);
    if (link.number != link_number_ + 1 || !key || !stored || !link.receipt) return false;
    if (link.receipt->command != link.command || link.receipt->count != 0) return false;
    const JournalKey* secret = keys_->secret(key->id);
    if (!secret) return true; // its mac cannot be checked
    const EmptyReceipt receipt{.number = link.number,
                               .first = link.receipt->first,
                               .command = link.command,
                               .previous = newest_empty_,
                               .fingerprint = link.receipt->fingerprint,
                               .key_id = key->id};
    return equal_in_constant_time(secret->v2().mac({empty_receipt_message(receipt)}), *stored);
}

/// Checks the links of receipts that were stored before the event `due`. Stops at a link whose receipt is missing,
/// because only the receipt says where it belongs: the mac of the next event will be wrong.
Checked ReceiptChecks::pass_links(Sequence due) {
    for (;;) {
        const auto exists = load_link();
        if (!exists) return std::unexpected(exists.error());
        if (!*exists) return {};
        const EmptyReceiptRow& link = link_.row;
        if (!link.receipt || link.receipt->first > due) return {};
        if (!is_next_link(link) || !is_key_allowed(link))
            return mismatch(due,
                            "the chain of receipts without events breaks at its number " + std::to_string(link.number));
        link_number_ = link.number;
        link_key_ = link.key;
        newest_empty_ = hash_from(link.mac);
        link_.pass();
    }
}

Checked ReceiptChecks::explain_wrong_mac(const EventRow& row, Sequence due) {
    const auto exists = load_link();
    if (!exists) return std::unexpected(exists.error());
    if (*exists && !is_next_link(link_.row))
        return mismatch(due, "the chain of receipts without events breaks at its number " +
                                 std::to_string(link_.row.number));
    if (row.index > 0) return {};
    std::uint32_t count = 1;
    for (EventRow ahead;; ++count) {
        auto read = source_->next_event(ahead);
        if (!read) return failed(std::move(read.error()));
        if (!*read || ahead.command != row.command) break;
    }
    if (count == current_.count) return {};
    return mismatch(due, "the receipt of " + name_of_command(row.command) + " names " + std::to_string(current_.count) +
                             " events; there are " + std::to_string(count));
}

Checked ReceiptChecks::finish(Sequence head) {
    const Sequence end = head + 1;
    const auto is_cut = [&](std::string detail) { return broken(BreakReason::truncated, end, std::move(detail)); };
    if (has_open_command())
        return is_cut("the receipt of " + name_of_command(current_.command) + " names events past the end");
    if (const Checked links = pass_links(end); !links) return links;
    if (const Checked unsealed = pass_unsealed(end); !unsealed) return unsealed;
    const auto receipt = load_receipt();
    if (!receipt) return std::unexpected(receipt.error());
    if (*receipt)
        return is_cut("the receipt of " + name_of_command(receipt_.row.command) + " names events past the end");
    const auto link = load_link();
    if (!link) return std::unexpected(link.error());
    if (*link && !link_.row.receipt)
        return mismatch(end, "the receipt of " + name_of_command(link_.row.command) + " is missing");
    if (*link) return is_cut("a receipt without events is from after the end");
    return {};
}

} // namespace evenfold::journal::chain
