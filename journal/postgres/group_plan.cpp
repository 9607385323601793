#include "evenfold/journal/postgres/group_plan.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace evenfold::journal::postgres {

std::expected<void, AppendError> GroupPlan::check(const Batch& batch, std::optional<Sequence> expected_head) const {
    if (expected_head && *expected_head != start_) return std::unexpected(HeadMoved{start_});
    for (const auto& [stream, expected] : batch.expectations) {
        const StreamVersion have = streams_.by_name.find(stream)->second.version;
        if (have != expected) return std::unexpected(WrongExpectedVersion{stream, expected, have});
    }
    for (const NewEvent& event : batch.events) {
        if (auto fits = check_size(place_, event.stream, event.type, event.data); !fits)
            return std::unexpected(std::move(fits.error()));
    }
    return {};
}

void GroupPlan::add_event(const Batch& batch, std::uint32_t index) {
    const std::string& name = batch.events[index].stream;
    StreamHead& stream = streams_.by_name.find(name)->second;
    if (stream.id == 0) {
        stream.id = ++*streams_.last_id;
        stream_rows_.add(stream.id, name);
    }
    if (event_rows_.empty() || event_rows_.back().is_full()) event_rows_.emplace_back();
    EventRows& rows = event_rows_.back();
    rows.add(batch, index, {.sequence = ++head_, .stream = stream.id, .version = ++stream.version});
    if (!signer_) return;
    const SignedColumns columns =
        signer_->sign(batch, index, {.sequence = head_, .version = stream.version}, stream.mac);
    stream.mac = columns.mac;
    rows.signatures().add(columns, signer_->key_number());
}

std::expected<void, Failure> GroupPlan::add_events(const Batch& batch) {
    if (signer_ && batch.events.empty()) {
        const chain::SealedReceipt sealed = signer_->sign_receipt(batch);
        link_rows_.add(sealed.number, batch.command, chain::bytes_of(sealed.mac), signer_->key_number());
    }
    if (signer_) {
        if (auto drawn = signer_->draw_salts(batch.events.size()); !drawn) return drawn;
    }
    for (std::uint32_t index = 0; index < batch.events.size(); ++index) add_event(batch, index);
    return {};
}

std::expected<void, AppendError> GroupPlan::add(const Batch& batch, std::optional<Sequence> expected_head) {
    if (const auto known = known_.find(batch.command); known != known_.end()) {
        if (known->second.fingerprint != batch.fingerprint) return std::unexpected(CommandIdTaken{batch.command});
        receipts_.push_back(known->second);
        return {};
    }
    if (auto checked = check(batch, expected_head); !checked) return checked;
    const auto count = static_cast<std::uint32_t>(batch.events.size());
    Receipt receipt{.command = batch.command, .fingerprint = batch.fingerprint, .first = head_ + 1, .count = count};
    if (auto added = add_events(batch); !added) return std::unexpected(added.error());
    receipt_rows_.add(receipt);
    receipts_.push_back(receipt);
    known_.emplace(batch.command, std::move(receipt));
    return {};
}

} // namespace evenfold::journal::postgres
