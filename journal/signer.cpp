#include "evenfold/journal/signer.hpp"

#include <cassert>
#include <utility>

#include "evenfold/core/reflection/type_name.hpp"
#include "evenfold/system/random.hpp"

namespace evenfold::journal {

JournalSigner::JournalSigner(chain::Chain chain, chain::GrowingTree tree, std::uint64_t key_number, SaltSource salts)
    : chain_(std::move(chain)),
      tree_(std::move(tree)),
      key_number_(key_number),
      salts_(salts ? std::move(salts) : SaltSource(&system::fill_random)) {}

std::expected<void, Failure> JournalSigner::draw_salts(std::size_t count) {
    drawn_.resize(count * salt_bytes);
    used_ = 0;
    return salts_(drawn_);
}

SignedColumns JournalSigner::sign(const Batch& batch, std::uint32_t index, const EventPosition& position,
                                  const std::optional<chain::Hash>& stream_mac) {
    assert(used_ + salt_bytes <= drawn_.size());
    const NewEvent& event = batch.events[index];
    SignedColumns columns;
    used_ += drawn_.copy(columns.salt.data(), salt_bytes, used_);
    columns.payload_hash = chain::payload_hash_of({columns.salt.data(), salt_bytes}, event.data);
    chain::CoveredEvent covered{.sequence = position.sequence,
                                .version = position.version,
                                .command = batch.command,
                                .index = index,
                                .count = static_cast<std::uint32_t>(batch.events.size()),
                                .cause = cause_of(batch),
                                .correlation = batch.correlation,
                                .at = batch.at,
                                .stored_at = batch.stored_at,
                                .type_version = event.type_version,
                                .payload_hash = columns.payload_hash,
                                .stream = event.stream,
                                .type = event.type,
                                .actor = name_of(batch.actor),
                                .key_id = {},
                                .fingerprint = batch.fingerprint,
                                .newest_empty = {}};
    const chain::SealedEvent sealed = chain_.extend(covered, stream_mac);
    tree_.append(sealed.leaf);
    columns.previous = sealed.previous;
    columns.mac = sealed.mac;
    return columns;
}

chain::SealedReceipt JournalSigner::sign_receipt(const Batch& batch) {
    return chain_.add_empty_receipt(batch.command, batch.fingerprint);
}

} // namespace evenfold::journal
